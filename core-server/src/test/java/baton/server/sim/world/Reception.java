package baton.server.sim.world;

import baton.server.config.LimitSettings;
import baton.server.runtime.SimulatedRuntime;
import baton.server.transport.ClientInput;
import baton.server.transport.SimulatedPort;
import baton.server.transport.TransportLoop;

/**
 * Takes in the connections that arrive at the machine, and gives each a loop in turn and those who judge it: {@link Intake} what
 * is let in, {@link Outflow} what goes out. It judges nothing itself.
 */
final class Reception implements SimulatedSocket.Watcher {
    private final SimulatedMachine machine;
    private final Run run;
    private final LoopTurns loops;
    private final Witnesses witnesses;
    private final LimitSettings promised;
    private final LimitSettings enforced;
    private final EarlierAnswers earlier;
    private int sockets;

    /** @param enforced what the server keeps to */
    Reception(SimulatedMachine machine, LoopTurns loops, Witnesses witnesses, LimitSettings enforced) {
        this.machine = machine;
        this.run = machine.run();
        this.loops = loops;
        this.witnesses = witnesses;
        this.promised = run.plan().limits();
        this.enforced = enforced;
        this.earlier = new EarlierAnswers(run.defect());
    }

    /** A client's connection arrives; refused if no process listens. */
    void accept(Wire wire) {
        accept(wire, run.defect());
    }

    /** A connection of somebody arrives who is not judged by what he is told. */
    void acceptStranger(Wire wire) {
        accept(wire, Defect.NONE);
    }

    /** @param shown the defect that shows in the answers */
    private void accept(Wire wire, Defect shown) {
        if (!machine.isUp()) {
            wire.closedByServer();
            return;
        }
        SimulatedRuntime serving = machine.process().runtime();
        int number = ++sockets;
        int index = number % loops.loops().size();
        SimulatedLoop loop = loops.loops().get(index);
        TransportLoop port = loops.transport().get(index);
        Chance own = machine.chance().fork("socket" + number);
        Tamper tamper = new Tamper(shown, own, earlier, wire::session);
        SimulatedSocket socket = new SimulatedSocket(number, run.time(), loop, wire, own, tamper, this);
        wire.accepted(socket);
        loop.execute(() -> {
            SimulatedPort.accept(
                    socket, socket.remote(), port, enforced, channel -> serve(socket, index, serving.serve(channel)));
            loop.register(socket);
        });
    }

    private ClientInput serve(SimulatedSocket socket, int loop, ClientInput input) {
        FirstViolation broken = witnesses.broken();
        Intake intake = new Intake(socket, input, run.defect(), promised.frameBytesMax(), broken::note);
        Outflow outflow = new Outflow(
                promised.flow().outboundStallMillis() * 1_000_000L,
                promised.unreadBytesMax(),
                machine.clock()::nanos,
                () -> machine.pauses().idleNanos(loop),
                broken::note);
        socket.served(intake, outflow);
        return intake;
    }

    @Override
    public void reads(SimulatedSocket socket) {
        witnesses.reads(machine.process(), socket);
    }

    @Override
    public void hears(SimulatedSocket socket) {
        witnesses.hears(socket);
    }

    @Override
    public void closes(SimulatedSocket socket) {
        if (!machine.isStopping()) {
            witnesses.closes(socket);
        }
    }
}
