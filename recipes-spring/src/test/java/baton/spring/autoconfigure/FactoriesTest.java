package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

class FactoriesTest {
    @Test
    void bootFindsTheAutoConfigurations() {
        assertThat(ImportCandidates.load(AutoConfiguration.class, null).getCandidates())
                .contains(
                        BatonAutoConfiguration.class.getName(),
                        BatonMethodGuardAutoConfiguration.class.getName(),
                        BatonConfigAutoConfiguration.class.getName(),
                        BatonDisabledAutoConfiguration.class.getName());
    }

    @Test
    void bootAsksOurAnalyzersBeforeItsOwn() {
        assertThat(
                        SpringFactoriesLoader.forDefaultResourceLocation()
                                .load(FailureAnalyzer.class, (type, name, failure) -> {})
                                .stream()
                                .limit(2)
                                .map(Object::getClass))
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrder("StartRefusedFailureAnalyzer", "UnknownPropertyFailureAnalyzer");
    }
}
