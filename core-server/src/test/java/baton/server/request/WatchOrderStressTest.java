package baton.server.request;

import static baton.server.request.WatchedTree.creation;
import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.SimulatedReads;
import baton.server.txn.Txn;
import java.util.ArrayList;
import java.util.List;
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

    private final WatchedTree tree = new WatchedTree();
    private final AtomicBoolean written = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(READERS + 1);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void nobodySeesAChangeBeforeItsEventOrHalfOfATransaction() throws Exception {
        tree.write(new Txn.Multi(List.of(creation("/a", 1), creation("/b", 2))));
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

    private void writeAll() {
        for (int version = 1; version <= WRITES; version++) {
            tree.write(new Txn.Multi(
                    List.of(new Txn.SetData("/a", Bytes.EMPTY, version), new Txn.SetData("/b", Bytes.EMPTY, version))));
        }
        written.set(true);
    }

    private int readUntilWritten() {
        SimulatedReads own = new SimulatedReads(tree.reads);
        Inbox inbox = new Inbox();
        int told = 0;
        long watched = version(own, inbox, true);
        while (!written.get()) {
            long pinged = tree.reads
                    .answer(Request.Ping.INSTANCE, inbox, tree.session, List.of())
                    .zxid();
            if (inbox.events.isEmpty()) {
                assertThat(pinged)
                        .describedAs("a ping told of a change, but no event had come")
                        .isLessThanOrEqualTo(watched + 1);
            }
            long seen = version(own, inbox, false);
            Effect.Deliver event = inbox.events.poll();
            if (event == null) {
                assertThat(seen)
                        .describedAs("a change was read, but no event had come")
                        .isEqualTo(watched);
            } else {
                told++;
                watched = told % 2 == 0 ? version(own, inbox, true) : caughtUp(own, inbox);
                assertThat(watched)
                        .describedAs("an event came before its change")
                        .isGreaterThanOrEqualTo(event.zxid() - 1);
            }
            pairIsWhole(inbox);
        }
        return told;
    }

    /** Sets the watch as a client does that comes back: one that has missed something gets none. */
    private long caughtUp(SimulatedReads own, Inbox inbox) {
        while (true) {
            long seen = version(own, inbox, false);
            Request back = new Request.SetWatches(seen + 1, List.of("/a"), List.of(), List.of());
            if (tree.reads.answer(back, inbox, tree.session, List.of()).missed().isEmpty()) {
                return seen;
            }
            assertThat(inbox.events)
                    .describedAs("events of a watch that was not set")
                    .isEmpty();
        }
    }

    private long version(SimulatedReads reads, Inbox inbox, boolean watch) {
        ReadAnswer answer = reads.answer(new Request.GetData("/a", watch), inbox, tree.session, List.of());
        return ((Response.Content) answer.response()).stat().version();
    }

    private void pairIsWhole(Inbox inbox) {
        Request both =
                new Request.MultiRead(List.of(new Request.GetData("/a", false), new Request.GetData("/b", false)));
        Response.Multi answer = (Response.Multi)
                tree.reads.answer(both, inbox, tree.session, List.of()).response();
        List<Integer> versions = answer.results().stream()
                .map(each -> ((Response.Content) ((MultiResult.Done) each).response())
                        .stat()
                        .version())
                .distinct()
                .toList();
        assertThat(versions).describedAs("both nodes at one moment").hasSize(1);
    }
}
