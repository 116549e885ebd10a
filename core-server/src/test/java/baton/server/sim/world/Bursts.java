package baton.server.sim.world;

/** When a client is at work: its steps come in bursts that are spread over the run, so that something is always going on. */
final class Bursts {
    private final VirtualTime time;
    private final Plan plan;
    private final int stepsEach;
    private int steps;
    private boolean over;

    Bursts(VirtualTime time, Plan plan, Chance chance) {
        this.time = time;
        this.plan = plan;
        this.stepsEach = (int) chance.spread(1, plan.requestsMax());
    }

    /** Says whether there are steps to come, now or later. */
    boolean areToCome() {
        return !over;
    }

    /** Says whether it is time for a step. */
    boolean areOn() {
        return !over && time.nowNanos() >= nextAtNanos();
    }

    /** Returns when the next step may come, be it in the past. */
    long nextAtNanos() {
        long bursts = (plan.requestsMax() + stepsEach - 1) / stepsEach;
        return plan.durationMillis() * 1_000_000L / bursts * (steps / stepsEach);
    }

    /** A step is done. */
    void stepped() {
        over |= ++steps >= plan.requestsMax();
    }

    /** There are to be no more. */
    void end() {
        over = true;
    }
}
