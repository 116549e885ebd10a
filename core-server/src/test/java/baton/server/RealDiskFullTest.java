package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Servers in processes of their own, which the system itself lets run out of space. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class RealDiskFullTest {
    private static final int VALUE_BYTES = 200_000;

    @TempDir
    Path directory;

    private int xid;

    @Test
    void aSmallVolumeThatFillsUpAndIsFreedLosesNothingAndNeedsNoRestart() throws Exception {
        assumeTrue(mayMount(), "this user may not mount a volume");
        Path volume = Files.createDirectory(directory.resolve("volume"));
        Path config = config(volume.resolve("data"), "baton.reserveMegabytes=16");
        String server = javaCommand(config);
        // The second server finds what the first left: the volume is gone with the shell.
        String script = "mount -t tmpfs -o size=64m none " + volume + " && dd if=/dev/zero of=" + volume
                + "/ballast bs=1M count=24 2>/dev/null && " + server + " ; " + server;
        Process shell = new ProcessBuilder("unshare", "-rm", "sh", "-c", script)
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))) {
            int port = port(out);
            int written;
            try (RawClient client = RawClient.withSession(port, 30_000)) {
                written = fill(client);
                assertThat(written).isGreaterThan(10);
                ok(client, new Request.GetData("/0", false));
                ok(client, new Request.Delete("/0", -1));
                Path ballast = Path.of("/proc/" + javaOf(shell).pid() + "/root" + volume + "/ballast");
                Files.delete(ballast);
                await().atMost(Duration.ofSeconds(30)).until(() -> create(client, "/again") == ErrorCode.OK);
            }
            javaOf(shell).destroyForcibly();

            try (RawClient client = RawClient.withSession(port(out), 30_000)) {
                for (int i = 1; i < written; i++) {
                    ok(client, new Request.Exists("/" + i, false));
                }
                ok(client, new Request.Exists("/again", false));
                assertEquals(ErrorCode.NO_NODE, call(client, new Request.Exists("/0", false)));
            }
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly().waitFor();
        }
    }

    @Test
    void aWriteThatFailsEndsTheProcessWithItsCodeAndNothingAcknowledgedIsLost() throws Exception {
        Path data = directory.resolve("data");
        Path config = config(data);
        // Files of more than two megabytes cannot be written: no reserve, and soon no log.
        Process shell = new ProcessBuilder("sh", "-c", "ulimit -f 4096; exec " + javaCommand(config))
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        int written = 0;
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
                RawClient client = RawClient.withSession(port(out), 30_000)) {
            written = writeUntilCutOff(client);
            assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            shell.destroyForcibly().waitFor();
        }

        assertEquals(ExitCode.INTERNAL.code(), shell.exitValue());
        assertThat(Files.readString(directory.resolve("stderr"))).contains("cannot write " + data);
        assertThat(Files.readAllLines(data.resolve("version-2.ext/halts"))).hasSize(1);
        assertThat(written).isPositive();
        try (BatonServer server =
                        BatonServer.start(ServerSettings.inDirectory(data).withListen(ListenAddress.EPHEMERAL));
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            for (int i = 0; i < written; i++) {
                ok(client, new Request.Exists("/" + i, false));
            }
        }
    }

    private int fill(RawClient client) throws IOException {
        for (int i = 0; ; i++) {
            ErrorCode error = create(client, "/" + i);
            if (error == ErrorCode.QUOTA_EXCEEDED) {
                return i;
            }
            assertEquals(ErrorCode.OK, error);
        }
    }

    private int writeUntilCutOff(RawClient client) {
        for (int i = 0; ; i++) {
            try {
                assertEquals(ErrorCode.OK, create(client, "/" + i));
            } catch (IOException cut) {
                return i;
            }
        }
    }

    private ErrorCode create(RawClient client, String path) throws IOException {
        return call(client, new Request.Create(OpCode.CREATE, path, Bytes.wrap(new byte[VALUE_BYTES]), Acl.OPEN, 0));
    }

    private void ok(RawClient client, Request request) throws IOException {
        assertEquals(ErrorCode.OK, call(client, request), request::toString);
    }

    private ErrorCode call(RawClient client, Request request) throws IOException {
        client.send(++xid, request);
        return ErrorCode.find(client.receiveHeader().error());
    }

    private Path config(Path data, String... more) throws IOException {
        Path config = directory.resolve("zoo.cfg");
        Files.write(config, List.of("dataDir=" + data, "clientPortAddress=127.0.0.1", "clientPort=1"));
        Files.write(config, List.of(more), java.nio.file.StandardOpenOption.APPEND);
        return config;
    }

    private static String javaCommand(Path config) {
        return Path.of(System.getProperty("java.home"), "bin", "java") + " -Xmx256m -XX:TieredStopAtLevel=1"
                + " -XX:+UseSerialGC -XX:-UsePerfData -cp " + System.getProperty("java.class.path") + " "
                + Main.class.getName() + " " + config + " --listen 127.0.0.1:0";
    }

    private static int port(BufferedReader out) throws IOException {
        String line = out.readLine();
        assertThat(line).startsWith("listening on 127.0.0.1:");
        return Integer.parseInt(line.split("[: ]")[3]);
    }

    private static ProcessHandle javaOf(Process shell) {
        return shell.descendants()
                .filter(each -> each.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow();
    }

    private static boolean mayMount() throws IOException, InterruptedException {
        try {
            Process probe = new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt")
                    .redirectErrorStream(true)
                    .start();
            return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
