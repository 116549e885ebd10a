package baton.server.sim.world;

import baton.protocol.OpCode;
import baton.server.sim.history.History;
import baton.server.sim.history.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a client had asked when it lost its connection, and does not know the end of. */
final class LeftInFlight {
    private List<Operation> inDoubt = List.of();

    /** The writes that were in flight when it came back for its session, and when that was. */
    private final Map<Operation, Long> takenAlong = new LinkedHashMap<>();

    /** The connection is gone. */
    void lost(List<Operation> unanswered) {
        inDoubt = unanswered;
    }

    /** Returns the writes that were asked in the session over the connection before. */
    Stream<Operation> writesOf(long session) {
        return inDoubt.stream()
                .filter(each -> each.session() == session)
                .filter(each -> each.request().opCode().kind() == OpCode.Kind.WRITE);
    }

    /** The client comes back for its session. */
    void takesUp(long session, long moment) {
        writesOf(session).forEach(each -> takenAlong.put(each, moment));
    }

    /** Says whether a write happened when the client had come back already for the session in which it asked for that. */
    boolean hasMoved(History history) {
        return takenAlong.entrySet().stream()
                .anyMatch(each -> history.wasLoggedAfter(
                        each.getKey().session(), each.getKey().xid(), each.getValue()));
    }
}
