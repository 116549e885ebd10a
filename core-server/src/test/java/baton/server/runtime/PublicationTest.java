package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.ConnectRequest;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.request.Moment;
import baton.server.request.Sequencer;
import baton.server.request.SequencerSettings;
import baton.server.request.ServerState;
import baton.server.session.ClientConnection;
import baton.server.session.SessionIds;
import baton.server.session.SessionPasswords;
import baton.server.session.SessionTable;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.watch.WatchTable;
import baton.server.watch.WatchedPaths;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicationTest {
    private static final long BEFORE = RecentDigests.INTERVAL - 1;
    private static final Moment NOW = new Moment(1, 1);

    private final ServerState state = new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(2_000));
    private final ServerMetrics metrics = new ServerMetrics();
    private final RecentDigests digests = new RecentDigests();

    /** One session is open, and another is on its way. */
    private Publication publication(Effect.World world) {
        state.replay(TxnEntry.of(7, 1, BEFORE, 1, new Txn.CreateSession(4_000), null));
        Sequencer sequencer = new Sequencer(
                state,
                new WatchTable<>(SeededHash.of(1)),
                AccessControl.standard(),
                SequencerSettings.ofTick(2_000),
                new SessionIds(1, 1),
                SessionPasswords::classic);
        sequencer.start(NOW);
        sequencer.on(
                new Event.Connected(new Client(), new ConnectRequest(0, 4_000, 0, ConnectRequest.NO_PASSWORD, false)),
                NOW);
        return new Publication(sequencer, state.tree(), world, metrics, digests, BEFORE);
    }

    private static Effect.World world(Runnable onEffect) {
        return (Effect.World) Proxy.newProxyInstance(
                Effect.World.class.getClassLoader(),
                new Class<?>[] {Effect.World.class},
                (proxy, method, arguments) -> {
                    onEffect.run();
                    return null;
                });
    }

    @Test
    void whatEverybodyWasToldCounts() {
        Publication publication = publication(world(() -> {}));

        for (int steps = 0; publication.step(BEFORE + 1, NOW); steps++) {
            assertThat(steps).isLessThan(3);
        }

        assertThat(state.tree().gate().isClosed()).isFalse();
        assertThat(publication.publishedZxid()).isEqualTo(BEFORE + 1);
        assertThat(metrics.counted(Tally.COMMIT_COUNT)).isEqualTo(1);
        assertThat(digests.all()).hasSize(1);
    }

    @Test
    void afterAFailureReadersMayGoOnAndNothingCounts() {
        Publication publication = publication(world(() -> {
            throw new IllegalStateException("nobody takes it");
        }));
        publication.step(BEFORE + 1, NOW);
        assertThat(state.tree().gate().isClosed()).isTrue();

        assertThatThrownBy(() -> publication.step(BEFORE + 1, NOW)).hasMessage("nobody takes it");

        assertThat(state.tree().gate().isClosed()).isFalse();
        assertThat(publication.isUnderWay()).isFalse();
        assertThat(publication.publishedZxid()).isEqualTo(BEFORE);
        assertThat(metrics.counted(Tally.COMMIT_COUNT)).isZero();
        assertThat(digests.all()).isEmpty();
    }

    private static final class Client implements ClientConnection {
        private final WatchedPaths watchedPaths = new WatchedPaths();

        @Override
        public WatchedPaths watchedPaths() {
            return watchedPaths;
        }

        @Override
        public List<Identity> identities() {
            return List.of();
        }
    }
}
