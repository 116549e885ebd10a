package baton.server.wiring;

import baton.protocol.tls.Secret;
import baton.server.auth.AccessControl;
import baton.server.auth.Authentication;
import baton.server.config.FeatureSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.IdentitySettings;
import baton.server.config.LimitSettings;
import baton.server.config.MemoryBounds;
import baton.server.config.ServerSettings;
import baton.server.request.GrowthBudget;
import baton.server.request.ReadRequests;
import baton.server.request.Sequencer;
import baton.server.request.SequencerBounds;
import baton.server.request.SequencerSettings;
import baton.server.request.ServerState;
import baton.server.runtime.Clock;
import baton.server.runtime.OpenStorage;
import baton.server.session.ClientConnection;
import baton.server.session.RateLimit;
import baton.server.session.SessionIds;
import baton.server.session.SessionPasswords;
import baton.server.watch.WatchBounds;
import baton.server.watch.WatchTable;
import dagger.Module;
import dagger.Provides;
import jakarta.inject.Singleton;

/** The pure machines, which know nothing of injection, around the state that was recovered. */
@Module
interface MachineModule {
    /** What a server without an ensemble calls itself. */
    int STANDALONE_SERVER_ID = 1;

    int MINUTE_MILLIS = 60_000;

    /** For what is in a record beside what was weighed. */
    int RECORD_MARGIN_BYTES = 256;

    @Provides
    static ServerState state(OpenStorage storage) {
        return storage.state();
    }

    @Provides
    @Singleton
    static WatchTable<ClientConnection> watches(ServerSettings settings, ServerState state) {
        HoldingSettings holdings = settings.limits().holdings();
        WatchBounds bounds = new WatchBounds(
                holdings.watchesPerConnectionMax(),
                holdings.watchesMax(),
                holdings.texts().watchedPerConnectionBytesMax(),
                MemoryBounds.of(settings.limits(), Runtime.getRuntime().maxMemory())
                        .watchedBytesMax());
        return new WatchTable<>(state.tree().hashes(), bounds);
    }

    @Provides
    @Singleton
    static Authentication authentication(ServerSettings settings) {
        return new Authentication(settings.features().auth());
    }

    @Provides
    static AccessControl access(Authentication authentication) {
        return authentication.access();
    }

    @Provides
    @Singleton
    static Clock clock() {
        return Clock.system();
    }

    @Provides
    @Singleton
    static Sequencer sequencer(
            ServerSettings settings,
            OpenStorage storage,
            WatchTable<ClientConnection> watches,
            AccessControl access,
            Clock clock) {
        SessionIds ids = storage.sessionIds(STANDALONE_SERVER_ID, clock.wallMillis());
        Secret key = settings.features().auth().sessions().key();
        SessionPasswords passwords = key == null ? SessionPasswords::classic : SessionPasswords.keyed(key);
        return new Sequencer(storage.state(), watches, access, sequencerSettings(settings), ids, passwords);
    }

    @Provides
    @Singleton
    static ReadRequests reads(
            ServerSettings settings, ServerState state, WatchTable<ClientConnection> watches, AccessControl access) {
        LimitSettings limits = settings.limits();
        return new ReadRequests(state.tree(), watches, access, limits.listBytesMax(), limits.manyReadsBytesMax());
    }

    static int nodesPerSweep(FeatureSettings features) {
        long nodes = (long) features.containersPerMinute() * features.containerCheckMillis() / MINUTE_MILLIS;
        int few = Math.min(1, features.containersPerMinute());
        return (int) Math.max(few, Math.min(Integer.MAX_VALUE, nodes));
    }

    private static SequencerSettings sequencerSettings(ServerSettings settings) {
        FeatureSettings features = settings.features();
        return new SequencerSettings(
                settings.sessions().minTimeoutMillis(),
                settings.sessions().maxTimeoutMillis(),
                features.containerCheckMillis(),
                nodesPerSweep(features),
                SequencerSettings.RECOUNT_MILLIS,
                features.neverUsedMillis(),
                features.ttlNodes(),
                features.quotaEnforced(),
                features.reconfigEnabled(),
                features.digestsKept(),
                features.auth().sessions().bound(),
                bounds(settings));
    }

    private static SequencerBounds bounds(ServerSettings settings) {
        HoldingSettings holdings = settings.limits().holdings();
        RateLimit.Budget opening = new RateLimit.Budget(
                holdings.sessionBurstMax(), holdings.sessionFillMillis(), holdings.sessionFillCount());
        IdentitySettings identities = settings.limits().identities();
        MemoryBounds memory =
                MemoryBounds.of(settings.limits(), Runtime.getRuntime().maxMemory());
        return new SequencerBounds(
                holdings.sessionsMax(),
                holdings.ephemeralsPerSessionMax(),
                settings.limits().recordBytesMax() - RECORD_MARGIN_BYTES,
                memory.treeBytesMax(),
                opening,
                new GrowthBudget(identities.nodesPerMinute(), identities.kilobytesPerMinute() * 1024L));
    }
}
