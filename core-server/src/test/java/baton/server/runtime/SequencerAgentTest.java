package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.auth.AccessControl;
import baton.server.request.Sequencer;
import baton.server.request.SequencerSettings;
import baton.server.request.ServerState;
import baton.server.session.SessionIds;
import baton.server.session.SessionPasswords;
import baton.server.session.SessionTable;
import baton.server.storage.SnapshotTrigger;
import baton.server.storage.UnkeptLog;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SequencerAgentTest {
    private static final int TICK_MILLIS = 2_000;

    private final StandingClock clock = new StandingClock();
    private final ServerMetrics metrics = new ServerMetrics();
    private final UnkeptLog log = longEnoughForASnapshot();
    private final List<Boolean> foundWork = new ArrayList<>();

    private final LogAgent logAgent = new LogAgent(
            log,
            false,
            new SnapshotTrigger(2, 0, () -> 0, now -> false, new SplittableRandom(1)),
            () -> foundWork.add(hasWork()),
            () -> {},
            () -> {},
            Integer.MAX_VALUE,
            metrics,
            clock);
    private final SequencerAgent sequencer = sequencer();

    private static UnkeptLog longEnoughForASnapshot() {
        UnkeptLog log = new UnkeptLog();
        for (int i = 1; i <= 2; i++) {
            log.append(TxnEntry.of(i, 1, i, 1, new Txn.CreateSession(4_000), null));
        }
        log.force();
        return log;
    }

    private SequencerAgent sequencer() {
        ServerState state = new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(TICK_MILLIS));
        Sequencer machine = new Sequencer(
                state,
                new WatchTable<>(SeededHash.of(1)),
                AccessControl.standard(),
                SequencerSettings.ofTick(TICK_MILLIS),
                new SessionIds(1, 1),
                SessionPasswords::classic);
        return new SequencerAgent(
                machine,
                state,
                new SequencerInbox(1, () -> {}),
                logAgent,
                () -> {},
                false,
                new LoneClient(LoneClient.TURNS),
                Optional.empty(),
                TICK_MILLIS,
                clock,
                List.of(),
                metrics,
                new RecentDigests(),
                null,
                () -> Integer.MAX_VALUE);
    }

    private boolean hasWork() {
        return sequencer.hasWork();
    }

    /** It looks for work once more before it sleeps, and is woken by whoever rings behind that: both must tell it. */
    @Test
    void aRollIsNotMissedWhileItFallsAsleep() throws Exception {
        sequencer.start(false);
        workUntilItSleeps();

        // There is nothing to write, but it is high time to look after the log.
        logAgent.doWork(Long.MAX_VALUE);

        assertThat(log.entriesSinceRoll()).isZero();
        assertThat(foundWork).containsExactly(true);
        workUntilItSleeps();
    }

    private void workUntilItSleeps() throws Exception {
        while (sequencer.hasWork()) {
            sequencer.doWork(clock.nanos());
        }
    }
}
