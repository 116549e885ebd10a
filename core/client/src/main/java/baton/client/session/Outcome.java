package baton.client.session;

import baton.protocol.ErrorCode;
import baton.protocol.Response;

/** What became of a request. */
public sealed interface Outcome {

    /**
     * The server did it.
     *
     * @param zxid last transaction the server had applied when it answered
     */
    record Answered(long zxid, Response response) implements Outcome {}

    /**
     * The server refused it.
     *
     * @param error number of an {@link ErrorCode}, or one this release does not know
     */
    record Refused(long zxid, int error) implements Outcome {
        /** The error; {@link ErrorCode#SYSTEM_ERROR} for a number this release does not know. */
        public ErrorCode code() {
            ErrorCode known = ErrorCode.find(error);
            return known == null ? ErrorCode.SYSTEM_ERROR : known;
        }
    }

    /** There will be no answer. */
    enum Lost implements Outcome {
        /** It never left: the session had no connection, or too many requests were on their way. */
        NOT_SENT,
        /** A request that changes nothing was sent, and the connection broke before its reply. */
        UNANSWERED,
        /** A change was sent, and the connection broke before its reply: it may have happened, or may yet. */
        IN_DOUBT,
        /** The session is over. */
        SESSION_ENDED,
        /** The session is over, for the store refused an identity, or demands one this client does not have. */
        NOT_AUTHENTICATED,
        /** The request, or the reply to it, is larger than a frame may be. */
        TOO_LARGE;

        /** Returns what becomes of requests that a session of that end leaves behind. */
        public static Lost by(SessionEnd end) {
            return end == SessionEnd.NOT_AUTHENTICATED ? NOT_AUTHENTICATED : SESSION_ENDED;
        }
    }
}
