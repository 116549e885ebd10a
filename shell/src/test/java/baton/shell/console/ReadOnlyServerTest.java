package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.FourLetterWord;
import baton.core.testkit.JavaProcess;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of Apache's that is alone and lets clients read, and a shell that puts up with that. */
class ReadOnlyServerTest {
    @TempDir
    private Path directory;

    @Test
    void whoPutsUpWithItReads() throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        try (JavaProcess alone = JavaProcess.of("org.apache.zookeeper.server.quorum.QuorumPeerMain")
                .jvmOptions("-Dreadonlymode.enabled=true")
                .arguments(configuration(address.getPort()).toString())
                .start()) {
            await("a server without a quorum")
                    .atMost(Duration.ofSeconds(60))
                    .failFast(() -> assertThat(alone.isAlive())
                            .as("it said %s", alone.lines())
                            .isTrue())
                    .until(() -> FourLetterWord.ask(address, "srvr")
                            .filter(answer -> answer.contains("Mode: read-only"))
                            .isPresent());
            ShellSettings settings =
                    ShellSettings.of("127.0.0.1:" + address.getPort()).withReadOnlyServers();
            try (RecordedShell shell = RecordedShell.at(settings)) {
                assertThat(shell.outOf("ls /")).isEqualTo("[zookeeper]\n");
                assertThat(shell.shell().prompt()).contains("(CONNECTEDREADONLY)");
                assertThat(shell.run("create /x")).isEqualTo(ExitCode.PROBLEM);
                assertThat(shell.err()).isEqualTo("Not a read-only call: /x\n");
            }
        }
    }

    /** One of two servers: a majority is both. */
    private Path configuration(int clientPort) throws IOException {
        Files.writeString(directory.resolve("myid"), "1");
        return Files.write(
                directory.resolve("zoo.cfg"),
                List.of(
                        "dataDir=" + directory,
                        "clientPort=" + clientPort,
                        "clientPortAddress=127.0.0.1",
                        "tickTime=500",
                        "initLimit=5",
                        "syncLimit=5",
                        "localSessionsEnabled=true",
                        "admin.enableServer=false",
                        "4lw.commands.whitelist=*",
                        "server.1=127.0.0.1:" + freePort() + ":" + freePort(),
                        "server.2=127.0.0.1:" + freePort() + ":" + freePort()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
