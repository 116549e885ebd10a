package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.FourLetterWord;
import baton.core.testkit.JavaProcess;
import baton.core.testkit.LoopbackPort;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of Apache's that is alone and lets clients read, and a shell that puts up with that. */
class ReadOnlyServerTest {
    private static final int PORTS = 5;

    @TempDir
    private Path directory;

    private final List<LoopbackPort> ports =
            Stream.generate(LoopbackPort::claim).limit(PORTS).toList();
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
        ports.forEach(LoopbackPort::close);
    }

    private InetSocketAddress startAlone() throws IOException {
        InetSocketAddress address = ports.get(0).address();
        JavaProcess server = JavaProcess.of("org.apache.zookeeper.server.quorum.QuorumPeerMain")
                .jvmOptions("-Dreadonlymode.enabled=true", "-Dzookeeper.electionPortBindRetry=1")
                .arguments(configuration().toString())
                .start();
        alone = server;
        await("a server without a quorum")
                .atMost(Duration.ofSeconds(60))
                .failFast(() -> assertThat(server.isAlive())
                        .as("it ended, and said %s", server.lines())
                        .isTrue())
                .until(() -> isReadOnly(address));
        return address;
    }

    private static boolean isReadOnly(InetSocketAddress address) {
        return FourLetterWord.ask(address, "srvr")
                .filter(answer -> answer.contains("Mode: read-only"))
                .isPresent();
    }

    /** One of two servers: a majority is both. */
    private Path configuration() throws IOException {
        Files.writeString(directory.resolve("myid"), "1");
        return Files.write(
                directory.resolve("zoo.cfg"),
                List.of(
                        "dataDir=" + directory,
                        "clientPort=" + ports.get(0).number(),
                        "clientPortAddress=127.0.0.1",
                        "tickTime=500",
                        "initLimit=5",
                        "syncLimit=5",
                        "localSessionsEnabled=true",
                        "admin.enableServer=false",
                        "4lw.commands.whitelist=*",
                        "server.1=" + ports.get(1) + ":" + ports.get(2).number(),
                        "server.2=" + ports.get(3) + ":" + ports.get(4).number()));
    }
}
