package baton.server.sim.world;

import baton.server.runtime.SimulatedRuntime;
import baton.server.sim.history.Conversation;
import baton.server.sim.history.HeldWatches;
import baton.server.sim.history.Violation;
import baton.server.transport.ClientInput;
import org.jspecify.annotations.Nullable;

/** Compares the watches that the server holds for a connection with those that its client has asked for: rule INV-13. */
final class HeldWatchesCheck {
    private final SimulatedMachine machine;
    private final Run run;

    HeldWatchesCheck(SimulatedMachine machine) {
        this.machine = machine;
        this.run = machine.run();
    }

    /** Writes down what the server holds for a connection over which no answer is on its way. */
    void look(Wire wire, Conversation conversation) {
        SimulatedSocket socket = socketOf(wire);
        if (socket != null) {
            SimulatedProcess process = machine.process();
            SimulatedRuntime running = process.runtime();
            ClientInput input = socket.input();
            conversation.looked(
                    process.zxid(), (path, type) -> running.isWatched(input, path, type), running.watchedPaths(input));
            run.reach(Reached.WATCHES_COMPARED);
        }
    }

    /** Judges that the server holds, for a connection over which nothing at all is on its way, what its client wants. */
    void require(Wire wire, ClientWatches wanted) {
        SimulatedSocket socket = socketOf(wire);
        if (socket == null || !wire.isStill()) {
            return;
        }
        SimulatedRuntime running = machine.process().runtime();
        if (running.longestInbox() > 0) {
            return;
        }
        ClientInput input = socket.input();
        HeldWatches held = HeldWatches.of(
                wanted.paths(), (path, type) -> running.isWatched(input, path, type), running.watchedPaths(input));
        // Of what fires and may not be told the client does not know.
        boolean isSo = run.plan().has(Feature.LISTS) ? held.isWithin(wanted.held()) : held.equals(wanted.held());
        if (!isSo) {
            throw new Violation("INV-13", "the server holds " + held + ", its client wants " + wanted.held());
        }
        run.reach(Reached.LIBRARY_WATCHES_COMPARED);
    }

    /** Returns the server's end if that is served and nothing is in the middle of a change; null if not. */
    private @Nullable SimulatedSocket socketOf(Wire wire) {
        if (!machine.isUp() || machine.process().gate().isClosed()) {
            return null;
        }
        SimulatedProcess process = machine.process();
        for (SimulatedLoop loop : process.loops()) {
            for (SimulatedSocket each : loop.sockets()) {
                if (each.wire() == wire && process.state().sessions().findOpen(wire.session()) != null) {
                    return each;
                }
            }
        }
        return null;
    }
}
