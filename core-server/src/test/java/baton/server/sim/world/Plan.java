package baton.server.sim.world;

import baton.server.config.FlowSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.LimitSettings;
import baton.server.runtime.SimulatedRuntime.Room;
import baton.server.sim.SimulatedDisk.Kernel;
import baton.server.sim.history.ModelBounds;
import baton.server.sim.history.ModelBounds.Space;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that a seed turns on, drawn before the run begins. Half of all limits are tiny, and each fault is on in some
 * seeds only: faults mask each other.
 *
 * @param firstZxid that of the first transaction: in some seeds it will not be long until the counter in it is full
 */
record Plan(
        long seed,
        long firstZxid,
        int clients,
        int loops,
        boolean sequencerOnLoop,
        Kernel kernel,
        int sectorBytes,
        boolean twoDirectories,
        int tickMillis,
        int sessionMillis,
        int snapCount,
        int roomBytes,
        int fileBytesMax,
        long clockRateParts,
        long wireNanosMax,
        long turnNanosMax,
        long diskNanosMax,
        long thinkNanosMax,
        int pipeline,
        int requestsMax,
        long durationMillis,
        long faultNanosMax,
        Set<Fault> faults,
        Set<Feature> features,
        Set<Scarcity> scarcities) {

    /** So many requests, at most, may be inside the server. */
    static final int OUTSTANDING_MAX = 12;

    /** There is room for two long names, and not for all. */
    private static final int LIST_BYTES_MAX = 3 * Workload.LONG_NAME_BYTES;

    /** A dozen nodes. */
    private static final int TREE_BYTES_MAX = 2_500;

    private static final int STRANGERS_MAX = 2;
    private static final int QUEUE_MAX = 4;
    private static final int INBOX_LONG = 3;

    private static final Set<Fault> CALM =
            EnumSet.of(Fault.INTRUDER, Fault.STRANGER, Fault.NOISE, Fault.CLOCK_JUMP, Fault.OPERATOR);

    /** Drawn apart from the others, so that these stay what they are in each seed. */
    private static final Set<Fault> RARE = EnumSet.of(
            Fault.FULL_AT_SYNC,
            Fault.FAILED_READ,
            Fault.READ_ONLY,
            Fault.FILES_LOST,
            Fault.DECAY_BEHIND,
            Fault.STALL_ONE_WAY,
            Fault.SLOW_LINK,
            Fault.DIAL_UNANSWERED,
            Fault.RESTORE,
            Fault.NOISE);

    /** Where there are many clients, all of them together may ask so much. */
    private static final int REQUESTS_OF_MANY = 600;

    /** A clock that runs more wrong than this is worse than any that is sold: in parts of 10,000. */
    private static final int RATE_ERROR_MAX = 100;

    private static final int RATE_ERROR_OF_BAD = 500;

    /** What costs as much time as many seeds do few have. */
    private static final int COLD_TREE_ONE_IN = 60;

    private static final int HUGE_CONTENTS_ONE_IN = 60;
    private static final int OUTAGE_ONE_IN = 40;

    static Plan of(long seed) {
        Chance chance = new Chance(seed).fork("plan");
        int tick = (int) chance.between(2, 20) * 100;
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        if (!chance.oneIn(10)) {
            for (Fault each : Fault.values()) {
                if (!RARE.contains(each) && each != Fault.OUTAGE && chance.oneIn(4)) {
                    faults.add(each);
                }
            }
            for (Fault each : RARE) {
                if (chance.fork(each == Fault.RESTORE ? "restores" : each.name())
                        .oneIn(6)) {
                    faults.add(each);
                }
            }
            if (chance.fork("outage").oneIn(OUTAGE_ONE_IN)) {
                faults.add(Fault.OUTAGE);
            }
        } else if (chance.oneIn(2)) {
            faults.add(Fault.INTRUDER);
        }
        Chance wishes = chance.fork("features");
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (Feature each : Feature.values()) {
            if (each.isCheap() && wishes.oneIn(2) || each == Feature.LIBRARY) {
                features.add(each);
            }
        }
        Chance wide = chance.fork("wide");
        if (wide.oneIn(COLD_TREE_ONE_IN)) {
            features.add(Feature.COLD_TREE);
        }
        if (wide.oneIn(HUGE_CONTENTS_ONE_IN)) {
            features.add(Feature.HUGE_CONTENTS);
        }
        Chance wants = chance.fork("scarcities");
        Set<Scarcity> scarcities = EnumSet.noneOf(Scarcity.class);
        for (Scarcity each : Scarcity.values()) {
            if (wants.oneIn(6)) {
                scarcities.add(each);
            }
        }
        if (scarcities.contains(Scarcity.PATIENCE)) {
            faults.add(Fault.SLOW_READER);
        }
        if (scarcities.contains(Scarcity.HANDSHAKES)) {
            faults.add(Fault.STRANGER);
        }
        if (scarcities.contains(Scarcity.INBOX)) {
            faults.add(Fault.STARVED_LOOP);
        }
        int few = (int) chance.between(3, 6);
        int clients = wide.oneIn(30) ? (int) wide.spread(7, 40) : few;
        int loops = (int) chance.between(1, 2);
        int rateErrorMax = wide.oneIn(20) ? RATE_ERROR_OF_BAD : RATE_ERROR_MAX;
        return new Plan(
                seed,
                wants.oneIn(8) ? (1L << Integer.SIZE) - wants.between(5, 200) : 1,
                clients,
                loops,
                loops == 1 && chance.oneIn(2),
                chance.oneIn(2) ? Kernel.STRICT : Kernel.JOURNALLING,
                chance.oneIn(2) ? 512 : 4096,
                chance.oneIn(2),
                tick,
                tick * (int) chance.between(2, 8),
                chance.oneIn(2) ? (int) chance.between(2, 20) : 200,
                chance.below(3) * 2000,
                chance.oneIn(2) ? 2000 : 0,
                MachineClock.PARTS + chance.between(-rateErrorMax, rateErrorMax),
                chance.spread(50_000, 20_000_000),
                chance.spread(1_000, 2_000_000),
                chance.spread(10_000, 30_000_000),
                chance.spread(2_000_000, 1_000_000_000),
                (int) chance.spread(1, wide.oneIn(8) ? 64 : 32),
                Math.min((int) chance.spread(20, 250), clients == few ? Integer.MAX_VALUE : REQUESTS_OF_MANY / clients),
                chance.between(3, 10) * 1000,
                chance.spread(200, 4_000) * 1_000_000,
                faults,
                features,
                scarcities);
    }

    /** Says whether nothing happens for which a server may close a connection by itself. */
    boolean isCalm() {
        return CALM.containsAll(faults)
                && !has(Feature.BAD_FRAMES)
                && !has(Feature.WRONG_PASSWORDS)
                && !has(Scarcity.PATIENCE);
    }

    /** Says whether the machine's clock runs more wrong than any promise about time allows: rule CLK-1. */
    boolean isClockBad() {
        return Math.abs(clockRateParts - MachineClock.PARTS) > RATE_ERROR_MAX;
    }

    /** Returns by how many percent the machine's clock may run wrong, at most. */
    int ratePercentMax() {
        return (isClockBad() ? RATE_ERROR_OF_BAD : RATE_ERROR_MAX) / 100;
    }

    /** Says whether a client uses our library: the last of them, one in three. */
    boolean usesLibrary(int client) {
        return has(Feature.LIBRARY) && client >= clients - Math.max(1, clients / 3);
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    boolean has(Feature feature) {
        return features.contains(feature);
    }

    boolean has(Scarcity scarcity) {
        return scarcities.contains(scarcity);
    }

    /** Returns everything that is turned on. */
    Stream<Trait> traits() {
        return Stream.of(faults, features, scarcities).flatMap(Set::stream);
    }

    /** What clients may hold and do. */
    LimitSettings limits() {
        LimitSettings usual = LimitSettings.DEFAULT;
        FlowSettings flow = usual.flow().withOutstandingRequestsMax(OUTSTANDING_MAX);
        HoldingSettings holdings = new HoldingSettings(
                has(Scarcity.SESSIONS) ? clients : 1_000,
                has(Scarcity.EPHEMERALS) ? 2 : 1_000,
                has(Scarcity.WATCHES) ? 3 : 1_000,
                100_000,
                has(Scarcity.OPENINGS) ? 1 : 3,
                has(Scarcity.OPENINGS) ? 900 : 100,
                1);
        return new LimitSettings(
                usual.frameBytesMax(),
                has(Scarcity.LISTS) ? LIST_BYTES_MAX : usual.listBytesMax(),
                usual.connections().withHandshakeMillis(handshakeMillis()),
                usual.eventLoops(),
                usual.transport(),
                has(Scarcity.PATIENCE) ? flow.withOutboundStallMillis(patienceMillis()) : flow,
                holdings,
                usual.identities());
    }

    private int patienceMillis() {
        return Math.max(100, tickMillis / 4);
    }

    // Who is to be closed has as long for what it is sent last.
    private int handshakeMillis() {
        boolean isShort = has(Scarcity.PATIENCE) || has(Scarcity.HANDSHAKES);
        return isShort ? patienceMillis() : LimitSettings.DEFAULT.connections().handshakeMillis();
    }

    /** What the server has room for. */
    Room room() {
        return new Room(
                has(Scarcity.MEMORY) ? TREE_BYTES_MAX : Room.AMPLE.treeBytes(),
                has(Scarcity.HANDSHAKES) ? STRANGERS_MAX : Room.AMPLE.strangers(),
                has(Scarcity.QUEUE) ? QUEUE_MAX : Room.AMPLE.queue(),
                has(Scarcity.INBOX) ? INBOX_LONG : Room.AMPLE.inbox());
    }

    /** What a server with these limits refuses. */
    ModelBounds bounds() {
        boolean mayFill = has(Fault.DISK_FULL) || has(Fault.FULL_AT_SYNC);
        Space space = mayFill ? Space.ANYTHING : has(Scarcity.MEMORY) ? Space.GROWTH : Space.NOTHING;
        HoldingSettings holdings = limits().holdings();
        return new ModelBounds(
                has(Feature.QUOTAS),
                holdings.ephemeralsPerSessionMax(),
                holdings.watchesPerConnectionMax(),
                limits().listBytesMax(),
                room().treeBytes(),
                space,
                ratePercentMax());
    }

    /** Returns the same with these turned on too, and what goes wrong goes wrong often. */
    Plan alsoWith(List<? extends Trait> more) {
        if (more.isEmpty()) {
            return this;
        }
        return new Plan(
                seed,
                firstZxid,
                clients,
                loops,
                sequencerOnLoop,
                kernel,
                sectorBytes,
                twoDirectories,
                tickMillis,
                sessionMillis,
                snapCount,
                roomBytes,
                fileBytesMax,
                clockRateParts,
                wireNanosMax,
                turnNanosMax,
                diskNanosMax,
                thinkNanosMax,
                pipeline,
                requestsMax,
                durationMillis,
                Math.min(faultNanosMax, 1_000_000_000),
                with(faults, Fault.class, more),
                with(features, Feature.class, more),
                with(scarcities, Scarcity.class, more));
    }

    private static <E extends Enum<E> & Trait> Set<E> with(Set<E> own, Class<E> kind, List<? extends Trait> more) {
        Set<E> all = EnumSet.noneOf(kind);
        all.addAll(own);
        more.stream().filter(kind::isInstance).map(kind::cast).forEach(all::add);
        return all;
    }
}
