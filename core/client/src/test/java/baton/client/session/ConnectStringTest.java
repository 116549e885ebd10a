package baton.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectStringTest {
    @Test
    void hostsPortsAndChrootAreToldApart() {
        ConnectString parsed = ConnectString.parse("a:1, b ,[::1]:3,[fe80::1]/app/x");

        assertThat(parsed)
                .isEqualTo(new ConnectString(
                        List.of(
                                new ServerAddress("a", 1),
                                new ServerAddress("b", 2181),
                                new ServerAddress("::1", 3),
                                new ServerAddress("fe80::1", 2181)),
                        "/app/x"));
        assertThat(parsed).hasToString("a:1,b:2181,[::1]:3,[fe80::1]:2181/app/x");
    }

    @Test
    void aSlashAloneIsNoChroot() {
        assertThat(ConnectString.parse("a/").chroot()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | empty server address",
                "a,,b          | empty server address",
                "a:x           | port \"x\" is not a number",
                "a:0           | port 0 must be 1 to 65535",
                "a:65536       | port 65536 must be 1 to 65535",
                ":2181         | \":2181\" lacks a host",
                "::1           | \"::1\" has more than one colon: write IPv6 as [address]:port",
                "[::1          | \"[::1\" lacks the closing ]",
                "[::1]2181     | \"[::1]2181\" needs a : between ] and the port",
                "a/app/        | chroot \"/app/\" must not end with /",
                "a/app//x      | chroot \"/app//x\" must not contain an empty component",
            })
    void whatIsWrongIsSaid(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectString.parse(text))
                .withMessageStartingWith("connect string \"" + text + "\": ")
                .withMessageContaining(message);
    }
}
