package baton.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.session.ClientConnection;
import baton.server.session.Session;
import baton.server.session.SessionTable;
import baton.server.sim.SimulatedReads;
import baton.server.tree.Aftermath;
import baton.server.tree.SeededHash;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnHeader;
import baton.server.watch.WatchTable;
import baton.server.watch.WatchedPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads: one writes as the sequencer does, others read and watch as event loops do. */
class WatchOrderStressTest {
    private static final int WRITES = 60_000;
    private static final int READERS = 3;

    private static final class Inbox implements ClientConnection {
        final WatchedPaths watchedPaths = new WatchedPaths();
        final Queue<Long> events = new ConcurrentLinkedQueue<>();

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
    private final ReadRequests reads =
            new ReadRequests(tree, watches, AccessControl.standard(), Integer.MAX_VALUE, Integer.MAX_VALUE);
    private final Session session = new SessionTable(1_000).open(1, 10_000, 0);
    private final AtomicBoolean written = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(READERS + 1);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void nobodySeesAChangeBeforeItsEventOrHalfOfATransaction() throws Exception {
        write(1, new Txn.Multi(List.of(creation("/a", 1), creation("/b", 2))));
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            readers.add(threads.submit(this::readUntilWritten));
        }

        Future<?> writer = threads.submit(this::writeAll);

        writer.get(120, TimeUnit.SECONDS);
        for (Future<Integer> each : readers) {
            assertThat(each.get(60, TimeUnit.SECONDS))
                    .describedAs("events received")
                    .isPositive();
        }
    }

    private static Txn.Create creation(String path, int parentCreates) {
        return new Txn.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, false, parentCreates);
    }

    private void writeAll() {
        for (int version = 1; version <= WRITES; version++) {
            write(
                    version + 1,
                    new Txn.Multi(List.of(
                            new Txn.SetData("/a", Bytes.EMPTY, version), new Txn.SetData("/b", Bytes.EMPTY, version))));
        }
        written.set(true);
    }

    /** Applies behind the closed gate, and hands the events over before it opens. */
    private void write(long zxid, Txn txn) {
        tree.gate().close();
        try {
            tree.apply(new TxnHeader(1, 1, zxid, 1, txn.type()), txn, new Aftermath() {
                @Override
                public void contentReplaced(String path, Znode node) {
                    watches.fire(EventType.NODE_DATA_CHANGED, node).forEach(each -> ((Inbox) each).events.add(zxid));
                }
            });
        } finally {
            tree.gate().open();
        }
    }

    private int readUntilWritten() {
        SimulatedReads own = new SimulatedReads(reads);
        Inbox inbox = new Inbox();
        int told = 0;
        long watched = version(own, inbox, true, session);
        while (!written.get()) {
            long pinged = reads.answer(Request.Ping.INSTANCE, inbox, session, List.of())
                    .zxid();
            if (inbox.events.isEmpty()) {
                assertThat(pinged)
                        .describedAs("a ping told of a change, but no event had come")
                        .isLessThanOrEqualTo(watched + 1);
            }
            long seen = version(own, inbox, false, session);
            Long event = inbox.events.poll();
            if (event == null) {
                assertThat(seen)
                        .describedAs("a change was read, but no event had come")
                        .isEqualTo(watched);
            } else {
                told++;
                watched = told % 2 == 0 ? version(own, inbox, true, session) : caughtUp(own, inbox);
                assertThat(watched)
                        .describedAs("an event came before its change")
                        .isGreaterThanOrEqualTo(event - 1);
            }
            pairIsWhole(inbox);
        }
        return told;
    }

    /** Sets the watch as a client does that comes back: one that has missed something gets none. */
    private long caughtUp(SimulatedReads own, Inbox inbox) {
        while (true) {
            long seen = version(own, inbox, false, session);
            Request back = new Request.SetWatches(seen + 1, List.of("/a"), List.of(), List.of());
            if (reads.answer(back, inbox, session, List.of()).missed().isEmpty()) {
                return seen;
            }
            assertThat(inbox.events)
                    .describedAs("events of a watch that was not set")
                    .isEmpty();
        }
    }

    private static long version(SimulatedReads reads, Inbox inbox, boolean watch, Session session) {
        ReadAnswer answer = reads.answer(new Request.GetData("/a", watch), inbox, session, List.of());
        return ((Response.Content) answer.response()).stat().version();
    }

    private void pairIsWhole(Inbox inbox) {
        Request both =
                new Request.MultiRead(List.of(new Request.GetData("/a", false), new Request.GetData("/b", false)));
        Response.Multi answer =
                (Response.Multi) reads.answer(both, inbox, session, List.of()).response();
        List<Integer> versions = answer.results().stream()
                .map(each -> ((Response.Content) ((MultiResult.Done) each).response())
                        .stat()
                        .version())
                .distinct()
                .toList();
        assertThat(versions).describedAs("both nodes at one moment").hasSize(1);
    }
}
