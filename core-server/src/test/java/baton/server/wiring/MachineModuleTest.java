package baton.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineModuleTest {
    @ParameterizedTest
    @CsvSource({"0, 60000, 0", "1, 60000, 1", "1, 100, 1", "600, 100, 1", "600, 30000, 300"})
    void nodesVanishAtTheRateThatWasAskedFor(int perMinute, int checkMillis, int perSweep) {
        FeatureSettings features =
                new FeatureSettings(true, false, false, true, false, checkMillis, perMinute, 0, AuthSettings.DEFAULT);

        assertThat(MachineModule.nodesPerSweep(features)).isEqualTo(perSweep);
    }
}
