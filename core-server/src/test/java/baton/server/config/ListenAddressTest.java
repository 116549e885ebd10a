package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "localhost:2181, localhost, 2181",
        "0.0.0.0:0, 0.0.0.0, 0",
        ":2182, 127.0.0.1, 2182",
        "2183, 127.0.0.1, 2183",
        "[::1]:2181, ::1, 2181",
    })
    void isReadTheWayPeopleWriteIt(String text, String host, int port) {
        assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:", "localhost:x", "localhost:65536", "localhost:-1"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isShownAsInAConnectString() {
        assertThat(new ListenAddress("::1", 5)).hasToString("[::1]:5");
        assertThat(new ListenAddress("", 5)).hasToString("0.0.0.0:5");
    }
}
