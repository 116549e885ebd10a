package baton.server.sim.world;

import baton.server.sim.history.Violation;
import java.util.List;
import java.util.function.Consumer;

/**
 * Judges who may stand at the door and say nothing: so many on each loop, and each for so long, LIM-3 and LIM-4; when there
 * is one too many, it is the oldest who goes.
 */
final class Doorstep {
    private final int strangersMax;
    private final long patienceNanos;
    private final MachineClock clock;
    private final Consumer<Violation> broken;

    /** So many have gone of whom the server learns at the end of the turn. */
    private int gone;

    /** @param broken told what promise was broken */
    Doorstep(int strangersMax, int patienceMillis, MachineClock clock, Consumer<Violation> broken) {
        this.strangersMax = strangersMax;
        this.patienceNanos = patienceMillis * 1_000_000L;
        this.clock = clock;
        this.broken = broken;
    }

    /** A loop has had a turn. */
    void look(SimulatedLoop loop) {
        gone = 0;
        int strangers = 0;
        for (SimulatedSocket each : loop.sockets()) {
            strangers += each.isStranger() ? 1 : 0;
            if (each.isSilent() && ageNanos(each) > patienceNanos) {
                broken.accept(new Violation(
                        "LIM-4", each.remote() + " has said nothing for " + ageNanos(each) + " ns and is still there"));
            }
        }
        if (strangers > strangersMax) {
            broken.accept(new Violation(
                    "LIM-3",
                    strangers + " connections of a loop have not asked for a session, at most " + strangersMax
                            + " may stay"));
        }
    }

    /** The server closes a connection. */
    void closed(SimulatedSocket socket) {
        boolean isTurnedAway = !socket.hasToBeClosed() && ageNanos(socket) < patienceNanos;
        if (socket.isStranger() && isTurnedAway) {
            requireWantOfRoom(socket);
        }
        gone += socket.isStranger() ? 1 : 0;
    }

    private void requireWantOfRoom(SimulatedSocket socket) {
        List<SimulatedSocket> strangers = socket.loop().sockets().stream()
                .filter(SimulatedSocket::isStranger)
                .toList();
        if (strangers.size() + gone < strangersMax || strangers.get(0) != socket) {
            broken.accept(new Violation(
                    "LIM-3",
                    socket.remote() + " was turned away after " + ageNanos(socket) + " ns as number "
                            + strangers.indexOf(socket) + " of " + strangers.size()
                            + " who had not asked for a session"));
        }
    }

    private long ageNanos(SimulatedSocket socket) {
        return clock.nanos() - socket.servedAtNanos();
    }
}
