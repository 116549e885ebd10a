package baton.server.sim.world;

import baton.server.auth.DigestScheme;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.FlowSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.LimitSettings;
import baton.server.config.SaslSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.runtime.SimulatedRuntime.Room;
import baton.server.sim.history.Caller;
import java.util.Set;

/** With what settings the server runs: as the plan says, but for what a planted defect does not keep to. */
final class EnforcedSettings {
    /** What the server's ensemble is called. */
    static final String ENSEMBLE = "simulated";

    /** After so many every file is read again, where files decay behind the server. */
    private static final int SCRUB_TICKS = 2;

    private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

    private final Plan plan;
    private final Defect defect;

    EnforcedSettings(Plan plan, Defect defect) {
        this.plan = plan;
        this.defect = defect;
    }

    ServerSettings all() {
        return ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(plan.tickMillis()))
                .withFeatures(features())
                .withLimits(limits());
    }

    private FeatureSettings features() {
        FeatureSettings features = FeatureSettings.DEFAULT.withAuth(AuthSettings.DEFAULT
                .withSuperDigest(DigestScheme.idOf(Caller.SUPER_PROOF))
                .withSasl(SaslSettings.of(Workload.logins()))
                .withEnsembleNames(Set.of(ENSEMBLE)));
        boolean enforced = plan.has(Feature.QUOTAS) && defect != Defect.QUOTAS_PASSED_OVER;
        return enforced ? features.withQuotaEnforced() : features;
    }

    LimitSettings limits() {
        LimitSettings limits = plan.limits();
        return switch (defect) {
            case TOO_MANY_REQUESTS_LET_IN ->
                limits.withFlow(limits.flow().withOutstandingRequestsMax(3 * Plan.OUTSTANDING_MAX));
            case TOO_MANY_HELD -> limits.withHoldings(HoldingSettings.DEFAULT);
            case EPHEMERALS_WITHOUT_END -> owning(limits, HoldingSettings.DEFAULT.ephemeralsPerSessionMax());
            case EPHEMERALS_REFUSED_TOO_SOON -> owning(limits, limits.holdings().ephemeralsPerSessionMax() - 1);
            case PATIENCE_WITHOUT_END ->
                limits.withFlow(limits.flow().withOutboundStallMillis(FlowSettings.DEFAULT.outboundStallMillis()));
            default -> limits;
        };
    }

    /** Returns the limits with another bound of what a session owns. */
    private static LimitSettings owning(LimitSettings limits, int ephemeralsMax) {
        HoldingSettings all = limits.holdings();
        return limits.withHoldings(new HoldingSettings(
                all.sessionsMax(),
                ephemeralsMax,
                all.watchesPerConnectionMax(),
                all.watchesMax(),
                all.sessionBurstMax(),
                all.sessionFillMillis(),
                all.sessionFillCount()));
    }

    Room room() {
        Room room = plan.room();
        Room ample = Room.AMPLE;
        return switch (defect) {
            case STRANGERS_WITHOUT_END -> new Room(room.treeBytes(), ample.strangers(), room.queue(), room.inbox());
            case INBOX_WITHOUT_END -> new Room(room.treeBytes(), room.strangers(), room.queue(), ample.inbox());
            case TREE_WITHOUT_END -> new Room(ample.treeBytes(), room.strangers(), room.queue(), room.inbox());
            case TREE_FULL_TOO_SOON ->
                new Room(room.treeBytes() / 16 * 15, room.strangers(), room.queue(), room.inbox());
            default -> room;
        };
    }

    /** Returns after how long every file is read again. */
    long scrubNanos() {
        boolean isAtAll = plan.has(Fault.DECAY_BEHIND) && defect != Defect.FILES_NEVER_READ_AGAIN;
        return isAtAll ? SCRUB_TICKS * plan.tickMillis() * 1_000_000L : NEVER_NANOS;
    }

    /** Returns how long the disk may take for a call. */
    long stuckNanos() {
        return defect == Defect.STUCK_DISK_WAITED_FOR ? Long.MAX_VALUE : HungDiskCheck.stuckNanos(plan);
    }
}
