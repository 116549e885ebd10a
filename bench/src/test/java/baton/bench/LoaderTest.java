package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.OpCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
    private static final long WINDOW_NANOS = 300_000_000;

    @Test
    void whatTheLoaderCountsIsWhatTheServerDid(@TempDir Path directory) throws Exception {
        try (Target target = Target.zooKeeper(directory, Target.Machine.shared(256), Flavour.DEFAULT)) {
            for (Workload workload : new Workload[] {Workload.W1, Workload.W3, Workload.W6, Workload.W7S}) {
                Keys keys = new Keys("/bench-" + workload.name(), Math.min(workload.keys, 100));
                try (Admin admin = new Admin(target.address())) {
                    workload.prepare(admin, keys);
                }

                try (Loader loader = new Loader(target.address(), workload, workload.frames(keys));
                        Admin admin = new Admin(target.address())) {
                    Loader.Window window = loader.run(WINDOW_NANOS);

                    assertThat(window.operations()).isPositive();
                    assertThat(window.latencyNanos().getTotalCount()).isEqualTo(window.operations());
                    workload.verify(admin, keys, loader.done());
                    assertThatThrownBy(() -> Workload.W1.verify(admin, keys, -1))
                            .hasMessageContaining("-1 requests");
                }
            }
        }
    }

    @Test
    @Timeout(60)
    void aWindowEndsWithItsTimeOrItsLastRequest(@TempDir Path directory) throws Exception {
        Workload gets = Workload.W5;
        try (Target canned = Target.canned(directory, Target.Machine.shared(64), Map.of(OpCode.GET_DATA, 188));
                Loader loader = new Loader(canned.address(), gets, gets.frames(new Keys("/few", 10)))) {
            Loader.Window window = loader.run(Long.MAX_VALUE, 1_000);

            assertThat(window.operations()).isBetween(1_000L, 1_000L + gets.connections);
        }
    }

    @Test
    @Timeout(60)
    void atARateAsMuchIsAskedWhateverTheServerDoes(@TempDir Path directory) throws Exception {
        Workload gets = Workload.W5;
        try (Target canned = Target.canned(directory, Target.Machine.shared(64), Map.of(OpCode.GET_DATA, 188));
                Side side = Side.warm(gets, new Keys("/few", 10), canned, WINDOW_NANOS)) {
            Loader.Window open = Pace.open(10_000, WINDOW_NANOS).run(side);
            Loader.Window closed = Pace.closed(WINDOW_NANOS).run(side);

            assertThat(open.operations()).isEqualTo(3_000);
            assertThat(open.latencyNanos().getTotalCount()).isEqualTo(3_000);
            assertThat(open.nanos()).isGreaterThanOrEqualTo(WINDOW_NANOS - 1_000_000);
            assertThat(closed.operations()).isPositive();
        }
    }

    @Test
    @Timeout(60)
    void whatCannotBeDoneInTimeIsLateSinceItWasDue(@TempDir Path directory) throws Exception {
        int tenTimesTooMany = 10_000_000;
        Workload gets = Workload.W5;
        try (Target canned = Target.canned(directory, Target.Machine.shared(64), Map.of(OpCode.GET_DATA, 188));
                Loader loader = new Loader(canned.address(), gets, gets.frames(new Keys("/few", 10)))) {
            Loader.Window late = loader.runAt(tenTimesTooMany, WINDOW_NANOS / 3);

            assertThat(late.operations()).isEqualTo(1_000_000);
            assertThat(late.micros(99.9)).isBetween(0.8 * (late.nanos() - WINDOW_NANOS / 3) / 1e3, late.nanos() / 1e3);
        }
    }

    @Test
    @Timeout(60)
    void aServerThatFallsSilentIsNotWaitedForForEver() throws Exception {
        Workload gets = Workload.W7G;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Socket> greeted = CompletableFuture.supplyAsync(() -> greet(server));
            try (Loader loader = new Loader(
                            new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                            gets.connections,
                            gets.outstanding,
                            gets.frames(new Keys("/few", 10)),
                            1_000_000);
                    Socket silent = greeted.join()) {
                assertThatThrownBy(() -> loader.run(WINDOW_NANOS)).hasMessageContaining("answers missing 1 ms after");
                assertThat(silent.isClosed()).isFalse();
            }
        }
    }

    /** A connect response may be empty: the loader does not look into it. */
    private static Socket greet(ServerSocket server) {
        try {
            Socket client = server.accept();
            client.getOutputStream().write(new byte[Integer.BYTES]);
            return client;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    @Timeout(60)
    void whatAnOperationTakesOfTheServerIsCounted(@TempDir Path directory) throws Exception {
        Workload gets = Workload.W5;
        try (Target canned = Target.canned(directory, Target.Machine.shared(64), Map.of(OpCode.GET_DATA, 188));
                Side side = Side.warm(gets, new Keys("/few", 10), canned, WINDOW_NANOS)) {
            Turn turn = Turn.of(side, Pace.closed(WINDOW_NANOS));

            assertThat(turn.window().operations()).isPositive();
            assertThat(turn.cpuMicros()).isPositive();
            assertThat(turn.switches()).isPositive();
            assertThat(turn.bytes()).isPositive();
            assertThat(turn.foreignShare()).isBetween(0.0, 1.0);
        }
    }

    @Test
    @Timeout(60)
    void aServerThatDoesNothingGivesAnswersAsLong(@TempDir Path directory) throws Exception {
        Map<OpCode, Integer> answerBytes = Map.of(
                OpCode.CREATE2,
                120,
                OpCode.SET_DATA,
                84,
                OpCode.GET_DATA,
                188,
                OpCode.GET_CHILDREN2,
                5_500,
                OpCode.DELETE,
                16);
        Workload mixed = Workload.W6M;
        try (Target canned = Target.canned(directory, Target.Machine.shared(64), answerBytes);
                Loader loader = new Loader(canned.address(), mixed, mixed.frames(new Keys("/mixed", 100)))) {
            assertThat(loader.answerBytes(200)).isEqualTo(answerBytes);
            assertThat(loader.run(WINDOW_NANOS).operations()).isPositive();
        }
    }
}
