package baton.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.session.SessionTable;
import baton.server.sim.SimulatedReads;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.watch.HeardInOrder;
import baton.server.watch.HeardInOrder.Kind;
import baton.server.watch.WatchTable;
import baton.server.watch.WatchedPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    private static final class Inbox implements ClientConnection {
        final WatchedPaths watchedPaths = new WatchedPaths();
        final Queue<Effect.Deliver> events = new ConcurrentLinkedQueue<>();

        @Override
        public WatchedPaths watchedPaths() {
            return watchedPaths;
        }

        @Override
        public List<Identity> identities() {
            return List.of();
        }
    }

    private final ZnodeTree tree = ZnodeTree.fresh(SeededHash.of(1));
    private final WatchTable<ClientConnection> watches = new WatchTable<>(SeededHash.of(1));
    private final List<Effect> effects = new ArrayList<>();
    private final Consequences consequences = new Consequences(watches, AccessControl.standard(), effects);
    private final ReadRequests reads =
            new ReadRequests(tree, watches, AccessControl.standard(), Integer.MAX_VALUE, Integer.MAX_VALUE);
    private final Session session = new SessionTable(1_000).open(1, 10_000, 0);
    private final TreeMap<Long, EventType> changes = new TreeMap<>();
    private final CountDownLatch reading = new CountDownLatch(Kind.values().length);
    private final AtomicBoolean written = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(Kind.values().length + 1);
    private long zxid;

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void noReadOvertakesItsEvent() throws Exception {
        write(creation(PARENT, 1));
        for (int i = 1; i <= SIBLINGS; i++) {
            write(creation(PARENT + "/sibling-" + i, i));
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

    private static Txn.Create creation(String path, int parentCreates) {
        return new Txn.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, false, parentCreates);
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
        changes.put(zxid + 1, type);
        write(txn);
    }

    /** Applies behind the closed gate, and hands the events over before it opens. */
    private void write(Txn txn) {
        zxid++;
        tree.gate().close();
        try {
            consequences.apply(tree, TxnEntry.of(1, 1, zxid, 1, txn, null));
            for (Effect each : effects) {
                Effect.Deliver event = (Effect.Deliver) each;
                event.to().forEach(to -> ((Inbox) to).events.add(event));
            }
            effects.clear();
        } finally {
            tree.gate().open();
        }
    }

    /** One connection. */
    private final class Reader {
        private final Kind kind;
        private final HeardInOrder heard;
        private final SimulatedReads own = new SimulatedReads(reads);
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
            ReadAnswer answer = own.answer(request, inbox, session, List.of());
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
