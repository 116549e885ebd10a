package baton.server.sim.world;

import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WireReader;
import baton.server.sim.history.History;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Violation;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was asked over one connection and is not answered, in the order in which it was sent: rule HC-4. */
final class Unanswered {
    private final History history;
    private final ArrayDeque<Operation> waiting = new ArrayDeque<>();

    Unanswered(History history) {
        this.history = history;
    }

    /** Says whether something is part of the connection, and of no history. */
    static boolean isProof(Operation operation) {
        return operation.request().opCode().kind() == OpCode.Kind.CONNECTION;
    }

    void add(Operation asked) {
        waiting.add(asked);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Says whether nothing but pings waits. */
    boolean isIdle() {
        return waiting.stream().allMatch(each -> each.request() instanceof Request.Ping);
    }

    List<Operation> all() {
        return List.copyOf(waiting);
    }

    /** An answer has come, and is what it stands before: returns what it answers. */
    Operation answered(ReplyHeader header, WireReader in) {
        Operation oldest = oldest(header.xid());
        if (oldest == null || oldest.xid() != header.xid()) {
            throw new Violation("HC-4", "answer " + header + " came, the oldest request is " + oldest);
        }
        Response response = header.error() == 0 ? Response.read(oldest.request().opCode(), in) : null;
        oldest.returned(header, response, history.nextMoment());
        return oldest;
    }

    /** Proofs are not waited for: their answers come before those of writes. */
    private @Nullable Operation oldest(int xid) {
        for (Operation each : waiting) {
            if (each.xid() == xid && isProof(each)) {
                waiting.remove(each);
                return each;
            }
        }
        return waiting.poll();
    }
}
