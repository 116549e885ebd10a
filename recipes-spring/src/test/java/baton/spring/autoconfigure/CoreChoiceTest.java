package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.spring.StartRefusedException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

class CoreChoiceTest {
    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void takesTheEmbeddedCoreWhenNothingIsSaid() {
        assertThat(choose(Map.of(), true)).isEqualTo(new CoreChoice(CoreKind.EMBEDDED, false));
    }

    @Test
    void takesTheNetworkWhenServersAreNamed() {
        assertThat(choose(Map.of("baton.connect", "h1:2181,h2:2181"), true))
                .isEqualTo(new CoreChoice(CoreKind.BATON, true));
    }

    @Test
    void takesEtcdByItsAddress() {
        assertThat(choose(Map.of("baton.connect", "etcd://h1:2379,h2:2379"), true))
                .isEqualTo(new CoreChoice(CoreKind.ETCD, true));
        assertThat(choose(Map.of("baton.core", "etcd", "baton.connect", "etcd://h1:2379"), true))
                .isEqualTo(new CoreChoice(CoreKind.ETCD, true));
    }

    @Test
    void takesWhatIsWrittenDown() {
        assertThat(choose(Map.of("baton.core", "zookeeper", "baton.connect", "h1:2181"), true))
                .isEqualTo(new CoreChoice(CoreKind.ZOOKEEPER, true));
    }

    @Test
    void refusesTheSilentEmbeddedCoreInProduction() {
        environment.setActiveProfiles("eu", "production");

        assertThatThrownBy(() -> choose(Map.of(), true))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("in profile production")
                .hasMessageContaining("baton.connect=")
                .hasMessageContaining("baton.core=embedded");
    }

    @Test
    void refusesTheSilentEmbeddedCoreInTheCloud() {
        environment.setProperty("spring.main.cloud-platform", "kubernetes");

        assertThatThrownBy(() -> choose(Map.of(), true))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("on KUBERNETES");
    }

    @Test
    void takesTheEmbeddedCoreInProductionIfSomebodyWroteItDown() {
        environment.setActiveProfiles("production");

        assertThat(choose(Map.of("baton.core", "embedded"), true)).isEqualTo(new CoreChoice(CoreKind.EMBEDDED, true));
    }

    @Test
    void knowsOtherNamesOfProduction() {
        environment.setActiveProfiles("live");

        assertThatThrownBy(() -> choose(Map.of("baton.embedded.refuse-in-profiles", "live"), true))
                .isInstanceOf(StartRefusedException.class);
    }

    @Test
    void saysWhatIsMissingWhenThereIsNoCoreAtAll() {
        assertThatThrownBy(() -> choose(Map.of(), false))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("baton.connect=")
                .hasMessageContaining("baton:baton-embedded");
    }

    @Test
    void refusesContradictions() {
        assertThatThrownBy(() -> choose(Map.of("baton.core", "embedded", "baton.connect", "h:1"), true))
                .hasMessageContaining("contradicts");
        assertThatThrownBy(() -> choose(Map.of("baton.core", "baton"), true)).hasMessageContaining("no servers");
        assertThatThrownBy(() -> choose(Map.of("baton.core", "embedded"), false))
                .hasMessageContaining("not on the class path");
        assertThatThrownBy(() -> choose(Map.of("baton.core", "baton", "baton.connect", "etcd://h:2379"), true))
                .hasMessageContaining("contradicts");
        assertThatThrownBy(() -> choose(Map.of("baton.core", "etcd", "baton.connect", "h:2181"), true))
                .hasMessageContaining("contradicts");
        assertThatThrownBy(() -> choose(Map.of("baton.core", "etcd"), true)).hasMessageContaining("no servers");
    }

    private CoreChoice choose(Map<String, String> properties, boolean embeddedPresent) {
        BatonProperties bound =
                new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("baton", BatonProperties.class);
        return CoreChoice.of(bound, bound.connect(), Surroundings.of(environment), embeddedPresent);
    }
}
