package baton.server.sim.world;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Xid;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a client keeps from one connection to the next: its session, what it has seen and counted, what it watches, who it is.
 * What it had asked by then is {@link LeftInFlight}.
 */
final class KeptSession {
    private final ClientWatches watches = new ClientWatches();
    private final Set<String> proofs = new LinkedHashSet<>();
    private long id;
    private Bytes password = ConnectRequest.NO_PASSWORD;
    private long seenZxid;
    private int xid;

    /** Returns its number, 0 if there is none. */
    long id() {
        return id;
    }

    Bytes password() {
        return password;
    }

    ClientWatches watches() {
        return watches;
    }

    /** Returns by what it has proved who it is, in whatever session. */
    Set<String> proofs() {
        return proofs;
    }

    void begin(ConnectResponse response) {
        id = response.sessionId();
        password = response.password();
    }

    void end() {
        id = 0;
        password = ConnectRequest.NO_PASSWORD;
        watches.forget();
    }

    long seenZxid() {
        return seenZxid;
    }

    void seen(long zxid) {
        seenZxid = Math.max(seenZxid, zxid);
    }

    /** Returns how many requests have had numbers of their own. */
    int xid() {
        return xid;
    }

    int xidOf(Request request) {
        OpCode opCode = request.opCode();
        return switch (opCode) {
            case PING -> Xid.PING;
            case AUTH -> Xid.AUTH;
            case SET_WATCHES, SET_WATCHES2 -> Xid.SET_WATCHES;
            default -> ++xid;
        };
    }
}
