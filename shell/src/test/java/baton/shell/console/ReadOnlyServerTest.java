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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of Apache's that is alone and lets clients read, and a shell that puts up with that. */
class ReadOnlyServerTest {
    private static final int ATTEMPTS_MAX = 4;

    @TempDir
    private Path directory;

    private @Nullable JavaProcess alone;

    @Test
    void whoPutsUpWithItReads() throws IOException, InterruptedException {
        InetSocketAddress address = startAlone();
        ShellSettings settings =
                ShellSettings.of("127.0.0.1:" + address.getPort()).withReadOnlyServers();
        try (RecordedShell shell = RecordedShell.at(settings)) {
            assertThat(shell.outOf("ls /")).isEqualTo("[zookeeper]\n");
            assertThat(shell.shell().prompt()).contains("(CONNECTEDREADONLY)");
            assertThat(shell.run("create /x")).isEqualTo(ExitCode.PROBLEM);
            assertThat(shell.err()).isEqualTo("Not a read-only call: /x\n");
            assertThat(shell.run("locks")).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(shell.err()).contains("has no quorum", "nothing is told of recipes");
        }
    }

    @AfterEach
    void stop() {
        if (alone != null) {
            alone.close();
        }
    }

    /** Its ports are free when they are picked; if others have one when it wants it, it ends, and gets new ones. */
    private InetSocketAddress startAlone() throws IOException {
        for (int attempt = 1; ; attempt++) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
            JavaProcess server = JavaProcess.of("org.apache.zookeeper.server.quorum.QuorumPeerMain")
                    .jvmOptions("-Dreadonlymode.enabled=true", "-Dzookeeper.electionPortBindRetry=1")
                    .arguments(configuration(address.getPort()).toString())
                    .start();
            alone = server;
            await("a server without a quorum")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !server.isAlive() || isReadOnly(address));
            if (server.isAlive()) {
                return address;
            }
            server.close();
            assertThat(attempt).as("it ended, and said %s", server.lines()).isLessThan(ATTEMPTS_MAX);
        }
    }

    private static boolean isReadOnly(InetSocketAddress address) {
        return FourLetterWord.ask(address, "srvr")
                .filter(answer -> answer.contains("Mode: read-only"))
                .isPresent();
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
