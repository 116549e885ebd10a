package baton.client;

import baton.client.session.Outcome;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import baton.core.SessionEndedException;
import baton.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What outcomes of the protocol mean to a recipe. */
final class Refusals {
    /** Why a session ends whose client may not come in. */
    static final String TURNED_AWAY = "the store refused the identity of this client, or demands one";

    private Refusals() {}

    /** The exception for an outcome that is not an answer. */
    static CoordinationException exception(Outcome outcome, @Nullable NodePath path) {
        String of = path == null ? "" : " of " + path;
        if (outcome instanceof Outcome.Refused refused) {
            CoreError error = error(refused.code());
            return error == CoreError.SESSION_ENDED
                    ? ended(path)
                    : new CoordinationException(
                            error,
                            path,
                            "the store refused" + of + ": " + refused.code() + " (" + refused.error() + ")");
        }
        return switch ((Outcome.Lost) outcome) {
            case NOT_SENT ->
                new CoordinationException(
                        CoreError.UNAVAILABLE, path, "not sent" + of + ": the store is not reachable");
            case UNANSWERED ->
                new CoordinationException(CoreError.UNAVAILABLE, path, "no reply to a read" + of + ": connection lost");
            case IN_DOUBT ->
                new CoordinationException(
                        CoreError.IN_DOUBT,
                        path,
                        "no reply to a change" + of + ": connection lost, it may have happened");
            case SESSION_ENDED -> ended(path);
            case NOT_AUTHENTICATED ->
                new SessionEndedException(path, "the session is over" + about(path) + ": " + TURNED_AWAY);
            case TOO_LARGE ->
                new CoordinationException(
                        CoreError.TOO_LARGE, path, "request" + of + " or its reply is larger than a frame may be");
        };
    }

    private static SessionEndedException ended(@Nullable NodePath path) {
        return new SessionEndedException(path, "the session is over" + about(path));
    }

    private static String about(@Nullable NodePath path) {
        return path == null ? "" : ", about " + path;
    }

    static CoreError error(ErrorCode code) {
        return switch (code) {
            case NO_NODE -> CoreError.NO_NODE;
            case NODE_EXISTS -> CoreError.NODE_EXISTS;
            case BAD_VERSION -> CoreError.STALE;
            case NOT_EMPTY -> CoreError.NOT_EMPTY;
            case SESSION_EXPIRED, UNKNOWN_SESSION, SESSION_MOVED -> CoreError.SESSION_ENDED;
            case QUOTA_EXCEEDED -> CoreError.TOO_LARGE;
            case UNIMPLEMENTED, EPHEMERAL_ON_LOCAL_SESSION -> CoreError.UNSUPPORTED;
            case NOT_READ_ONLY, THROTTLED_OP -> CoreError.UNAVAILABLE;
            default -> CoreError.DENIED;
        };
    }
}
