package baton.server.sim.world;

import baton.server.request.ServerState;
import baton.server.sim.history.Chronicle;
import java.nio.file.Path;

/**
 * Those who look on at the running server, from one life of it to the next, and judge what needs no model: which of them looks
 * when. What needs one is judged by {@code baton.server.sim.history}.
 */
final class Witnesses {
    private final Run run;
    private final FirstViolation broken = new FirstViolation();
    private final SessionWatch sessions;
    private final Doorstep doorstep;
    private final SpaceWitness space;
    private final SoundSnapshots snapshots;
    private final BoundsCheck bounds;

    Witnesses(Run run, MachineClock clock, MachineDisk disk) {
        this.run = run;
        this.sessions = new SessionWatch(run.time(), run.plan(), run.reached());
        this.doorstep = new Doorstep(
                run.plan().room().strangers(),
                run.plan().limits().connections().handshakeMillis(),
                clock,
                broken::note);
        this.space = new SpaceWitness(
                disk.bytes(),
                ServerFiles.directories(),
                disk.files().spaceReserveBytes(),
                ServerFiles.RESERVE_FILE_BYTES,
                run.history());
        this.snapshots = new SoundSnapshots(run, disk.bytes()::exists);
        this.bounds = new BoundsCheck(run, clock, broken);
    }

    FirstViolation broken() {
        return broken;
    }

    SessionWatch sessions() {
        return sessions;
    }

    SpaceWitness space() {
        return space;
    }

    SoundSnapshots snapshots() {
        return snapshots;
    }

    BoundsCheck bounds() {
        return bounds;
    }

    /** A server is about to serve. */
    void starts(SimulatedProcess process) {
        Path newest = process.storage().snapshots().newest().orElseThrow().file();
        snapshots.started(newest, process.storage().recovered().lastZxid());
        sessions.started(process.state());
    }

    /** The sequencer has had a turn, wherever it has them. */
    void sequencerTurned(SimulatedProcess process) {
        ServerState state = process.state();
        Chronicle chronicle = run.history().chronicle();
        sessions.look(state, process.loops());
        state.sessions().timeoutsMillis().keySet().stream()
                .filter(process::isEnding)
                .forEach(chronicle::endDecided);
        snapshots.look(process);
        bounds.requireBounds(process);
    }

    /** A loop has had a turn. */
    void loopTurned(SimulatedProcess process, SimulatedLoop loop) {
        doorstep.look(loop);
        bounds.lookAt(process, loop);
        broken.requireNone();
        bounds.requireNoTimerOfTheGone(loop);
    }

    /** The server reads from a socket. */
    void reads(SimulatedProcess process, SimulatedSocket socket) {
        long session = socket.wire().session();
        sessions.perhapsHeard(socket.wire().wantedSession());
        if (socket.hasReadGoodbye() && !process.isEnding(session)) {
            sessions.heardGoodbye(session);
        }
    }

    /** The server has read something whole. */
    void hears(SimulatedSocket socket) {
        sessions.heard(socket.wire().session());
    }

    /** The server closes a socket, and goes on. */
    void closes(SimulatedSocket socket) {
        doorstep.closed(socket);
    }
}
