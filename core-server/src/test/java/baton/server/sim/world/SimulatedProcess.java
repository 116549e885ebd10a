package baton.server.sim.world;

import baton.server.request.ServerState;
import baton.server.runtime.Limit;
import baton.server.runtime.RecoveredServer;
import baton.server.runtime.SimulatedRuntime;
import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.session.Session;
import baton.server.storage.FileStorage;
import baton.server.tree.ReadGate;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One life of the server's process: production's server without its threads, from when it is put together to its end. When its
 * agents and loops get their turns is decided by {@link AgentTurns} and {@link LoopTurns}.
 */
final class SimulatedProcess {
    private final RecoveredServer recovered;
    private final SimulatedRuntime runtime;
    private final List<SimulatedLoop> loops;
    private final BooleanSupplier isAlive;
    private boolean stopping;

    SimulatedProcess(
            RecoveredServer recovered, SimulatedRuntime runtime, List<SimulatedLoop> loops, BooleanSupplier isAlive) {
        this.recovered = recovered;
        this.runtime = runtime;
        this.loops = List.copyOf(loops);
        this.isAlive = isAlive;
    }

    /** Says whether this life is not over. */
    boolean isAlive() {
        return isAlive.getAsBoolean();
    }

    // What it is made of.

    RecoveredServer recovered() {
        return recovered;
    }

    FileStorage storage() {
        return recovered.storage();
    }

    ServerState state() {
        return recovered.state();
    }

    ReadGate gate() {
        return state().tree().gate();
    }

    /** Returns up to where its tree has come. */
    long zxid() {
        return state().tree().position().zxid();
    }

    SimulatedRuntime runtime() {
        return runtime;
    }

    List<SimulatedLoop> loops() {
        return loops;
    }

    /** Says whether the end of the session is decided and still on its way. */
    boolean isEnding(long session) {
        Session open = isAlive() ? state().sessions().find(session) : null;
        return open != null && open.isClosing();
    }

    // What it does at once.

    /** Lets the sessions be looked at without asking the loops first: what no server may do. */
    void expireAtOnce() {
        if (isAlive()) {
            runtime.expireAtOnce();
        }
    }

    /** Does all that it has taken on, and takes on nothing more. */
    void finish(LoopTurns turns, MachineClock clock) throws Exception {
        stopping = true;
        try {
            closeAll();
            int work = 1;
            while (work > 0) {
                work = runtime.turn(Role.SEQUENCER, clock.nanos()) + runtime.turn(Role.LOG, clock.nanos());
                // Some are accepted in the turn in which the others end.
                closeAll();
            }
            // Beside a reader's last turn, where it must not go through that.
            turns.requireSound();
        } finally {
            stopping = false;
        }
    }

    private void closeAll() {
        for (SimulatedLoop loop : loops) {
            loop.sockets().forEach(SimulatedSocket::close);
            loop.turn();
        }
    }

    /** Says whether it is doing that. */
    boolean isStopping() {
        return stopping;
    }

    /** Takes down what clients were refused in this life because there was too much of it. */
    void noteRefusals(Run run) {
        for (Limit each : runtime.refused()) {
            switch (each) {
                case SESSIONS -> run.reach(Reached.SESSION_TOO_MANY);
                case OPENINGS -> run.reach(Reached.SESSION_TOO_SOON);
                case UNREAD -> run.reach(Reached.GIVEN_UP_FOR_NOT_READING);
                case LISTS -> run.reach(Reached.LIST_TOO_LONG);
                case REQUESTS -> run.reach(Reached.REQUEST_HELD_BACK);
                case HANDSHAKES -> run.reach(Reached.TURNED_OUT_FOR_ANOTHER);
                default -> {}
            }
        }
        if (runtime.hasTurnedStraysAway()) {
            run.reach(Reached.ANOTHER_ENSEMBLE_CALLED);
        }
    }
}
