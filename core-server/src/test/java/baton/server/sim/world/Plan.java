package baton.server.sim.world;

import baton.server.sim.SimulatedDisk.Kernel;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that a seed turns on, drawn before the run begins. Half of all limits are tiny, and each fault is on in some
 * seeds only: faults mask each other.
 */
record Plan(
        long seed,
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
        Set<Feature> features) {

    private static final Set<Fault> CALM = EnumSet.of(Fault.INTRUDER, Fault.STRANGER, Fault.CLOCK_JUMP);

    static Plan of(long seed) {
        Chance chance = new Chance(seed).fork("plan");
        int tick = (int) chance.between(2, 20) * 100;
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        if (!chance.oneIn(10)) {
            for (Fault each : Fault.values()) {
                if (chance.oneIn(4)) {
                    faults.add(each);
                }
            }
        } else if (chance.oneIn(2)) {
            faults.add(Fault.INTRUDER);
        }
        Chance wishes = chance.fork("features");
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (Feature each : Feature.values()) {
            if (wishes.oneIn(2)) {
                features.add(each);
            }
        }
        int loops = (int) chance.between(1, 2);
        return new Plan(
                seed,
                (int) chance.between(2, 6),
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
                chance.between(9_900, 10_100),
                chance.spread(50_000, 20_000_000),
                chance.spread(1_000, 2_000_000),
                chance.spread(10_000, 30_000_000),
                chance.spread(2_000_000, 1_000_000_000),
                (int) chance.spread(1, 32),
                (int) chance.spread(20, 250),
                chance.between(3, 10) * 1000,
                chance.spread(200, 4_000) * 1_000_000,
                faults,
                features);
    }

    /** Says whether nothing happens for which a server may close a connection by itself. */
    boolean isCalm() {
        return CALM.containsAll(faults) && !has(Feature.BAD_FRAMES) && !has(Feature.WRONG_PASSWORDS);
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** Returns the same with these faults turned on too, and often. */
    Plan alsoWith(List<Fault> more) {
        if (more.isEmpty()) {
            return this;
        }
        Set<Fault> all = EnumSet.copyOf(more);
        all.addAll(faults);
        return new Plan(
                seed,
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
                all,
                features);
    }
}
