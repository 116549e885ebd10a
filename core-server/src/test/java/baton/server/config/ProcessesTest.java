package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from the tables of a system, here written by hand. */
class ProcessesTest {
    private static final String REST =
            " 00000000:0000 %s 00000000:00000000 00:00000000 00000000 0 0 %s 1 0 100 0 0 10 0";

    @TempDir
    Path proc;

    private Processes processes;

    @BeforeEach
    void fillTables() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.createDirectories(proc.resolve("1234/fd"));
        Files.writeString(proc.resolve("1234/comm"), "java\n");
        Files.createSymbolicLink(proc.resolve("1234/fd/7"), Path.of("socket:[555]"));
        Files.write(
                proc.resolve("net/tcp"),
                List.of(
                        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                        "   0: 0100007F:0885" + REST.formatted("0A", "555"),
                        "   1: 0200000A:0886" + REST.formatted("0A", "556"),
                        "   2: 0100007F:0887" + REST.formatted("01", "557")));
        Files.write(
                proc.resolve("net/tcp6"),
                List.of(
                        "  sl  local_address rem_address",
                        "   0: 0000000000000000FFFF00000100007F:0888" + REST.formatted("0A", "555"),
                        "   1: 00000000000000000000000000000000:0889" + REST.formatted("0A", "555")));
        processes = new Processes(proc);
    }

    @Test
    void whoListensIsNamed() {
        assertThat(processes.listeningOn(new InetSocketAddress("127.0.0.1", 0x885)))
                .contains("process 1234 (java)");
        assertThat(processes.listeningOn(new InetSocketAddress("127.0.0.1", 0x888)))
                .contains("process 1234 (java)");
    }

    @Test
    void whoeverCannotBeLookedAtIsAProcess() {
        assertThat(processes.listeningOn(new InetSocketAddress("10.0.0.2", 0x886)))
                .contains("a process");
    }

    @Test
    void allInterfacesTakeTheAddressOfEach() {
        assertThat(processes.listeningOn(new InetSocketAddress(0x885))).isPresent();
        assertThat(processes.listeningOn(new InetSocketAddress("10.0.0.1", 0x889)))
                .isPresent();
    }

    @Test
    void otherAddressesOtherPortsAndConnectionsTakeNothing() {
        assertThat(processes.listeningOn(new InetSocketAddress("127.0.0.2", 0x885)))
                .isEmpty();
        assertThat(processes.listeningOn(new InetSocketAddress("127.0.0.1", 0x884)))
                .isEmpty();
        assertThat(processes.listeningOn(new InetSocketAddress("127.0.0.1", 0x887)))
                .isEmpty();
    }

    @Test
    void whoHasAFileOpenIsNamed(@TempDir Path data) throws IOException {
        Path lock = Files.createFile(data.resolve("baton.lock")).toRealPath();
        assertThat(processes.holdingFile(lock)).isEmpty();

        Files.createSymbolicLink(proc.resolve("1234/fd/8"), lock);

        assertThat(processes.holdingFile(lock)).contains("process 1234 (java)");
        assertThat(processes.holdingFile(data.resolve("absent"))).isEmpty();
    }

    @Test
    void whereThereAreNoSuchTablesNothingIsKnown() {
        Processes elsewhere = new Processes(proc.resolve("absent"));

        assertThat(elsewhere.listeningOn(new InetSocketAddress("127.0.0.1", 0x885)))
                .isEmpty();
    }
}
