package baton.server.sim.world;

import baton.server.runtime.SimulatedRuntime;
import baton.server.runtime.SimulatedRuntime.Room;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.history.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Judges how much is inside the server, rule INV-15, and that nothing is left there of those who have gone, rule INV-16. One
 * connection's bounds are for {@link Intake} and {@link Outflow}, those of a door for {@link Doorstep}.
 */
final class BoundsCheck {
    private static final long RETRY_NANOS_MAX = 1_000_000;

    private final Run run;
    private final Plan plan;
    private final MachineClock clock;
    private final FirstViolation broken;
    private final Room room;
    private final int sessionsMax;

    BoundsCheck(Run run, MachineClock clock, FirstViolation broken) {
        this.run = run;
        this.plan = run.plan();
        this.clock = clock;
        this.broken = broken;
        this.room = plan.room();
        this.sessionsMax = plan.limits().holdings().sessionsMax();
    }

    /** Says whether a loop has too much to do already, so that no request may be taken. */
    boolean isAnyLoopBehind(SimulatedRuntime running) {
        return running.longestInbox() > room.inbox();
    }

    /** The writer has had a turn while a loop was behind. */
    void turnedBehind(SimulatedRuntime running, int waitingBefore) {
        run.reach(Reached.LOOP_BEHIND);
        if (running.waitingRequests() < waitingBefore) {
            broken.note(new Violation(
                    "INV-15",
                    running.longestInbox() + " answers and events wait for a loop, beyond " + room.inbox()
                            + " no request should be taken"));
        }
    }

    void requireBounds(SimulatedProcess process) {
        broken.requireNone();
        long inside = process.runtime().outstandingRequests();
        // The end of a session is let in all the same.
        long most = Plan.OUTSTANDING_MAX
                + process.loops().stream()
                        .mapToLong(each -> each.sockets().size())
                        .sum();
        if (inside > most) {
            throw new Violation("INV-15", inside + " requests are inside the server, at most " + most + " may be");
        }
        int sessionCount = process.state().sessions().size();
        if (sessionCount > sessionsMax) {
            throw new Violation("INV-15", sessionCount + " sessions are open, at most " + sessionsMax + " may be");
        }
    }

    /** A loop has had a turn: what it has come up to is worth knowing. */
    void lookAt(SimulatedProcess process, SimulatedLoop loop) {
        for (SimulatedSocket each : loop.sockets()) {
            each.look();
            if (each.isFarAhead()) {
                run.reach(Reached.READ_AHEAD_FULL);
            }
        }
        if (process.isAlive() && process.runtime().waitingRequests() == room.queue()) {
            run.reach(Reached.WRITERS_QUEUE_FULL);
        }
    }

    /** Whom a loop has no socket of, it waits for nothing of. Only what found no room is tried again in a moment. */
    void requireNoTimerOfTheGone(SimulatedLoop loop) {
        boolean waits = hasTimer(loop) && loop.deadlineNanos() - clock.nanos() > RETRY_NANOS_MAX;
        // Where the sequencer has its turns on the loop, it has its timer there too.
        if (waits && loop.sockets().isEmpty() && !plan.sequencerOnLoop()) {
            throw new Violation("INV-16", "a loop has no connection, and there is still a timer on it");
        }
    }

    /** What is due is not left behind: the end may come in the middle of a round of ticks. */
    private boolean hasTimer(SimulatedLoop loop) {
        return loop.deadlineNanos() != Long.MAX_VALUE && loop.deadlineNanos() > clock.nanos();
    }

    /** Everybody has gone: nothing may be left of them. */
    void requireNothingLeft(SimulatedProcess process, SimulatedDisk disk) {
        List<String> left = new ArrayList<>(process.runtime().leftBehind());
        process.loops().forEach(loop -> loop.sockets().forEach(each -> left.add("socket of " + each.remote())));
        // Where the sequencer has its turns on the loop, it has its timer there too.
        if (!plan.sequencerOnLoop() && process.loops().stream().anyMatch(this::hasTimer)) {
            left.add("a timer of a loop");
        }
        TreeSet<Path> once = new TreeSet<>();
        for (Path each : disk.openFiles()) {
            if (!disk.exists(each) || !once.add(each)) {
                left.add("open file " + each);
            }
        }
        disk.filesLeftInBlocks().forEach(each -> left.add("open blocks of " + each));
        if (!left.isEmpty()) {
            throw new Violation("INV-16", "everybody has gone, and there is still " + left);
        }
    }
}
