package baton.server.sim.world;

import baton.client.session.Outcome;
import baton.protocol.ClientIdentity;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Violation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks of the client library, and what that makes of it: rule G-10. It says what was answered, or that there is
 * no answer; that nothing was sent only if nothing was; and of a change that was sent and not answered that it is in doubt.
 */
final class Asked {
    private final Request request;
    private final byte[] frame;
    private final List<ClientIdentity> identities;
    private @Nullable Operation sent;
    private @Nullable Outcome outcome;

    /** @param identities who it has told the library it is */
    Asked(Request request, byte[] frame, List<ClientIdentity> identities) {
        this.request = request;
        this.frame = frame;
        this.identities = List.copyOf(identities);
    }

    Request request() {
        return request;
    }

    byte[] frame() {
        return frame;
    }

    /** Returns what the library has sent, null if nothing. */
    @Nullable
    Operation operation() {
        return sent;
    }

    /** The library has sent it. */
    void sent(Operation operation) {
        if (sent != null) {
            throw new Violation("HC-7", "the library sends " + operation + " again, before that " + sent);
        }
        sent = operation;
    }

    /** The library says what became of it. */
    void completed(Outcome by) {
        Outcome before = outcome;
        outcome = by;
        if (before != null || !isTrue(by)) {
            throw new Violation(
                    "G-10", "the library says " + by + " of " + request + ", sent as " + sent + ", before: " + before);
        }
        requireKnown(by);
    }

    /** Whoever asks is told of all that he has proved, over whatever connection that was: rule SEC-20. */
    private void requireKnown(Outcome by) {
        if (by instanceof Outcome.Answered answered
                && answered.response() instanceof Response.Identities who
                && !who.identities().containsAll(identities)) {
            throw new Violation("SEC-20", "a client is " + identities + ", and the server knows " + who);
        }
    }

    private boolean isTrue(Outcome by) {
        Operation operation = sent;
        if (by instanceof Outcome.Answered answered) {
            return operation != null
                    && operation.isAnswered()
                    && operation.error() == 0
                    && operation.zxid() == answered.zxid()
                    && isSame(operation.response(), answered.response());
        } else if (by instanceof Outcome.Refused refused) {
            return operation != null
                    && operation.isAnswered()
                    && operation.error() == refused.error()
                    && operation.zxid() == refused.zxid();
        }
        boolean isUnanswered = operation != null && !operation.isAnswered();
        return switch ((Outcome.Lost) by) {
            case NOT_SENT -> operation == null;
            case UNANSWERED -> isUnanswered && !request.opCode().isWrite();
            case IN_DOUBT -> isUnanswered && request.opCode().isWrite();
            case TOO_LARGE -> isUnanswered;
            case SESSION_ENDED, NOT_AUTHENTICATED -> operation == null || isUnanswered;
        };
    }

    // Of what is empty the library need not tell in which way.
    private static boolean isSame(@Nullable Response heard, Response told) {
        return told == Response.Empty.INSTANCE || Objects.equals(heard, told);
    }
}
