package baton.server.sim.world;

import baton.server.sim.history.History;
import java.util.function.Consumer;

/**
 * What all parts of one run share: what is to happen, the time in which it does, and where it is written down. It does
 * nothing by itself; {@link World} does.
 */
record Run(Plan plan, Defect defect, Schedule schedule, VirtualTime time, History history, Consumer<Reached> reached) {
    /** One of the states that are worth getting to is reached. */
    void reach(Reached what) {
        reached.accept(what);
    }

    long nowNanos() {
        return time.nowNanos();
    }
}
