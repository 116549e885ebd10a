package baton.server.request;

import static baton.server.request.WatchedTree.creation;
import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.SimulatedReads;
import baton.server.txn.Txn;
import baton.server.watch.HeardInOrder;
import baton.server.watch.HeardInOrder.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Real threads: one makes, changes and deletes a child as the sequencer does, the others watch that in every way, and read
 * lists from where they are kept, as event loops do.
 */
class WatchKindsStressTest {
    private static final int ROUNDS = 10_000;
    private static final int SIBLINGS = 20;
    private static final String PARENT = "/p";
    private static final String NODE = PARENT + "/x";

    private final WatchedTree tree = new WatchedTree();
    private final TreeMap<Long, EventType> changes = new TreeMap<>();
    private final CountDownLatch reading = new CountDownLatch(Kind.values().length);
    private final AtomicBoolean written = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(Kind.values().length + 1);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void noReadOvertakesItsEvent() throws Exception {
        tree.write(creation(PARENT, 1));
        for (int i = 1; i <= SIBLINGS; i++) {
            tree.write(creation(PARENT + "/sibling-" + i, i));
        }
        List<Future<HeardInOrder>> readers = new ArrayList<>();
        for (Kind each : Kind.values()) {
            readers.add(threads.submit(() -> new Reader(each).readUntilWritten()));
        }

        assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
        threads.submit(this::writeAll).get(120, TimeUnit.SECONDS);

        for (Future<HeardInOrder> each : readers) {
            assertThat(each.get(60, TimeUnit.SECONDS).judge(NODE, changes)).isPositive();
        }
    }

    private void writeAll() {
        for (int round = 1; round <= ROUNDS; round++) {
            change(EventType.NODE_CREATED, creation(NODE, SIBLINGS + round));
            change(EventType.NODE_DATA_CHANGED, new Txn.SetData(NODE, Bytes.EMPTY, 1));
            change(EventType.NODE_DELETED, new Txn.Delete(NODE));
        }
        written.set(true);
    }

    private void change(EventType type, Txn txn) {
        changes.put(tree.write(txn), type);
    }

    /** One connection. */
    private final class Reader {
        private final Kind kind;
        private final HeardInOrder heard;
        private final SimulatedReads own = new SimulatedReads(tree.reads);
        private final Inbox inbox = new Inbox();

        Reader(Kind kind) {
            this.kind = kind;
            this.heard = new HeardInOrder(kind);
        }

        HeardInOrder readUntilWritten() {
            boolean once = kind == Kind.CHILDREN || kind == Kind.EXISTENCE;
            if (!once) {
                AddWatchMode mode =
                        kind == Kind.PERSISTENT ? AddWatchMode.PERSISTENT : AddWatchMode.PERSISTENT_RECURSIVE;
                ask(new Request.AddWatch(PARENT, mode), true);
            }
            for (int i = 0; !written.get(); i++) {
                boolean watch = once && i % 3 == 0;
                boolean listed = kind == Kind.CHILDREN || kind == Kind.PERSISTENT;
                ask(listed ? new Request.GetChildren(PARENT, watch) : new Request.Exists(NODE, watch), watch);
                ask(Request.Ping.INSTANCE, false);
                if (i == 0) {
                    reading.countDown();
                }
            }
            return heard;
        }

        /** Has everything told that came before the answer, as a loop does: what knows no more than the answer did. */
        private void ask(Request request, boolean watches) {
            ReadAnswer answer = own.answer(request, inbox, tree.session, List.of());
            hear(answer.zxid());
            if (answer.response() instanceof Response.Children listed) {
                boolean present = listed.names().contains("x");
                assertThat(listed.names()).hasSize(SIBLINGS + (present ? 1 : 0));
                heard.answer(answer.zxid(), watches, present);
            } else if (request instanceof Request.Exists) {
                heard.answer(answer.zxid(), watches, answer.error() == ErrorCode.OK);
            } else {
                heard.answer(answer.zxid(), watches);
            }
        }

        private void hear(long upTo) {
            Effect.Deliver event = inbox.events.peek();
            while (event != null && event.zxid() <= upTo) {
                inbox.events.remove();
                heard.event(event.zxid(), event.event());
                event = inbox.events.peek();
            }
        }
    }
}
