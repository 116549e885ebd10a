package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** A server that has run out of memory ends, wherever that showed, and the next one has all that was acknowledged. */
@Timeout(120)
class OutOfMemoryTest {
    private static final int FRAME_BYTES = 1_000_000;
    private static final int CLIENTS = 64;

    @TempDir
    Path directory;

    /** Of the memory beside the heap the JVM's own flag knows nothing, and whoever reads a socket only sees a client fail. */
    @Test
    void noMemoryForWhatASocketBringsEndsTheServer() throws Exception {
        try (ServerProcess process = started(Main.class, List.of("-XX:MaxDirectMemorySize=24m"))) {
            int port = process.port();
            acknowledged(port);

            List<RawClient> clients = sendHalves(port);

            assertThat(process.exitCode()).isEqualTo(ExitCode.INTERNAL.code());
            for (RawClient each : clients) {
                each.close();
            }
        }
        assertThat(errors()).contains("stopped: out of memory (");
        assertThat(isAcknowledgedThere()).isTrue();
    }

    @Test
    void aHeapThatIsFullEndsTheServerWithoutTheJvmsFlag() throws Exception {
        try (ServerProcess process = started(Hoarding.class, List.of("-Xmx48m"))) {
            int port = process.port();
            acknowledged(port);
            process.signal("USR2");

            await().atMost(Duration.ofSeconds(60)).until(() -> {
                askForSomething(port);
                return !process.isAlive();
            });

            assertThat(process.exitCode()).isNotZero();
        }
        assertThat(isAcknowledgedThere()).isTrue();
    }

    /** As {@code bin/baton} has it: nothing has to be asked of the server first. */
    @Test
    void aHeapThatIsFullEndsTheServerAtOnceWithIt() throws Exception {
        List<String> flags = List.of("-Xmx48m", "-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr");
        try (ServerProcess process = started(Hoarding.class, flags)) {
            acknowledged(process.port());

            process.signal("USR2");

            assertThat(process.exitCode()).isEqualTo(3);
        }
        assertThat(errors()).contains("Terminating due to java.lang.OutOfMemoryError");
        assertThat(isAcknowledgedThere()).isTrue();
    }

    /** Forty of these, of half a megabyte each on the wire, are more than all of the heap. */
    @Test
    void listsOfRightsDoNotFillTheHeap() throws Exception {
        try (ServerProcess process = started(Main.class, List.of("-Xmx96m"));
                RawClient client = RawClient.withSession(process.port(), 30_000)) {
            Set<Integer> errors = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                client.send(1, new Request.Create(OpCode.CREATE, "/n" + i, Bytes.EMPTY, addresses(i), 0));
                errors.add(client.receiveHeader().error());
            }
            client.send(1, new Request.SetAcl("/n0", addresses(40), -1));
            errors.add(client.receiveHeader().error());

            assertThat(errors).containsExactlyInAnyOrder(0, ErrorCode.QUOTA_EXCEEDED.code());
            assertThat(errors())
                    .containsOnlyOnce("tree full, refusing what grows")
                    .containsPattern(" treeBytes=\\d+ of=\\d+ heapBytes=\\d+: give the server a larger heap \\(-Xmx")
                    .doesNotContain("outgrew quota");
        }
    }

    /** A tenth of the heap, and so many may come, each with as much as it may watch. */
    @Test
    void watchedPathsDoNotFillTheHeap() throws Exception {
        String path = "/" + "x".repeat(FRAME_BYTES);
        Map<Integer, Integer> answers = new HashMap<>();
        List<RawClient> clients = new ArrayList<>();
        try (ServerProcess process = started(Main.class, List.of("-Xmx64m"))) {
            int port = process.port();
            for (int i = 0; i < 100; i++) {
                if (i % 10 == 0) {
                    clients.add(RawClient.withSession(port, 30_000));
                }
                RawClient client = clients.get(i / 10);
                client.send(1, new Request.AddWatch(path + i, AddWatchMode.PERSISTENT));
                answers.merge(client.receiveHeader().error(), 1, Integer::sum);
            }
        }
        for (RawClient each : clients) {
            each.close();
        }

        assertThat(answers).containsOnlyKeys(0, ErrorCode.QUOTA_EXCEEDED.code());
        assertThat(answers.get(0)).isBetween(5, 7);
    }

    private static List<Acl> addresses(int number) {
        List<Acl> list = new ArrayList<>(Acl.OPEN);
        for (int i = 0; i < 20_000; i++) {
            list.add(new Acl(Permission.ALL, "ip", "10." + number + "." + i / 250 + "." + i % 250));
        }
        return list;
    }

    /** A server in a process that at a signal takes what is left of the heap, and again whatever comes free. */
    static final class Hoarding {
        private Hoarding() {}

        public static void main(String[] arguments) {
            Thread hoarder = new Thread(Hoarding::hoard, "hoarder");
            hoarder.setDaemon(true);
            Signal.handle(new Signal("USR2"), signal -> hoarder.start());
            Main.main(arguments);
        }

        @SuppressWarnings("InfiniteLoopStatement")
        private static void hoard() {
            Deque<byte[]> hoard = new ArrayDeque<>(1 << 20);
            int bytes = 1 << 20;
            while (true) {
                try {
                    hoard.add(new byte[bytes]);
                } catch (OutOfMemoryError full) {
                    bytes = Math.max(16, bytes / 2);
                }
            }
        }
    }

    private ServerProcess started(Class<?> main, List<String> flags) {
        return ServerProcess.start(
                main,
                flags,
                directory.resolve("stderr"),
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
                directory.resolve("data").toString());
    }

    private static void acknowledged(int port) throws IOException {
        try (RawClient client = RawClient.withSession(port, 30_000)) {
            client.send(1, new Request.Create(OpCode.CREATE, "/kept", Bytes.EMPTY, Acl.OPEN, 0));

            assertThat(client.receiveHeader().error()).isZero();
        }
    }

    /** Each sends nearly all of a frame, which the server has to keep until it is whole. */
    private static List<RawClient> sendHalves(int port) {
        List<RawClient> clients = new ArrayList<>();
        byte[] half = ByteBuffer.allocate(FRAME_BYTES).putInt(FRAME_BYTES).array();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                RawClient client = RawClient.withSession(port, 30_000);
                clients.add(client);
                client.send(half);
            }
        } catch (IOException gone) {
            // As it has to be, sooner or later.
            return clients;
        }
        return clients;
    }

    private static void askForSomething(int port) {
        try (RawClient client = RawClient.withSession(port, 30_000)) {
            client.send(1, new Request.Create(OpCode.CREATE, "/more-", Bytes.EMPTY, Acl.OPEN, 2));
            client.receiveHeader();
        } catch (IOException | RuntimeException | AssertionError gone) {
            // Whatever it answers now.
            return;
        }
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("stderr"));
    }

    private boolean isAcknowledgedThere() throws IOException {
        try (ServerProcess next = started(Main.class, List.of());
                RawClient client = RawClient.withSession(next.port(), 30_000)) {
            client.send(1, new Request.Exists("/kept", false));
            return client.receiveHeader().error() == 0;
        }
    }
}
