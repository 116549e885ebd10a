package baton.etcd;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import baton.core.SessionEndedException;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** What a status of etcd or gRPC means in the words of the SPI. */
final class Refusals {
    /** What was asked: only a change can be in doubt. */
    enum Asked {
        READ,
        CHANGE
    }

    /** For what never left this process. */
    static final Status NOT_SENT = Status.UNAVAILABLE.withDescription("no connection; nothing was sent");

    private Refusals() {}

    static CoordinationException exception(Status status, Asked asked, @Nullable NodePath path) {
        return new CoordinationException(
                error(status, asked),
                path,
                (path == null ? "" : path + ": ") + "etcd answered " + text(status),
                // Its stack is that of a foreign thread; the text says all.
                null);
    }

    static CoreError error(Status status, Asked asked) {
        CoreError lost = asked == Asked.CHANGE ? CoreError.IN_DOUBT : CoreError.UNAVAILABLE;
        if (isAuthentication(status)) {
            return isStaleToken(status) ? CoreError.UNAVAILABLE : CoreError.DENIED;
        }
        return switch (status.getCode()) {
            case PERMISSION_DENIED -> CoreError.DENIED;
            case RESOURCE_EXHAUSTED -> says(status, "exceeds maximum") ? CoreError.TOO_LARGE : CoreError.UNAVAILABLE;
            case INVALID_ARGUMENT ->
                says(status, "too large") || says(status, "too many operations")
                        ? CoreError.TOO_LARGE
                        : CoreError.UNSUPPORTED;
            case UNIMPLEMENTED -> CoreError.UNSUPPORTED;
            case OUT_OF_RANGE, FAILED_PRECONDITION, NOT_FOUND -> CoreError.UNAVAILABLE;
            // Refused before it was proposed to anybody.
            case UNAVAILABLE ->
                says(status, "nothing was sent") || says(status, "etcdserver: no leader")
                        ? CoreError.UNAVAILABLE
                        : lost;
            default -> lost;
        };
    }

    /** Who this client is, or that it is nobody, is what is refused. */
    static boolean isAuthentication(Status status) {
        return status.getCode() == Status.Code.UNAUTHENTICATED
                || says(status, "authentication failed")
                || says(status, "user name is empty")
                || isStaleToken(status);
    }

    /** It helps to authenticate again. */
    static boolean isStaleToken(Status status) {
        return says(status, "invalid auth token") || says(status, "revision of auth store is old");
    }

    static boolean isCompacted(Status status) {
        return says(status, "compacted");
    }

    static boolean isLeaseGone(Status status) {
        return says(status, "lease not found");
    }

    private static boolean says(Status status, String part) {
        return status.getDescription() != null && status.getDescription().contains(part);
    }

    static String text(Status status) {
        String text = status.getCode() + (status.getDescription() == null ? "" : " " + status.getDescription());
        Throwable cause = status.getCause();
        return cause == null ? text : text + " (" + rootOf(cause) + ")";
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    static SessionEndedException ended(@Nullable NodePath path) {
        return new SessionEndedException(path, "the session is over");
    }

    static CoordinationException notConnected(@Nullable NodePath path) {
        return new CoordinationException(CoreError.UNAVAILABLE, path, "no connection to etcd; nothing was sent");
    }
}
