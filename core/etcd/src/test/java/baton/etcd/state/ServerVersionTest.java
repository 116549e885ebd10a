package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
    @ParameterizedTest
    @CsvSource({
        "3.3.27,false",
        "3.4.23,false",
        "3.4.37,false",
        "3.4.38,true",
        "3.5.22,false",
        "3.5.23,true",
        "3.6.4,false",
        "3.6.5,true",
        "3.7.0-alpha.1,true",
        "4.0.0,true",
        "2.3.8,false"
    })
    void leasesAreSoundFromTheMendedReleasesOn(String version, boolean sound) {
        assertThat(ServerVersion.parse(version).orElseThrow().hasSoundLeases()).isEqualTo(sound);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3.4", "v3.4.1", "99999999999.1.1"})
    void whatIsNoVersionIsNone(String text) {
        assertThat(ServerVersion.parse(text)).isEmpty();
    }
}
