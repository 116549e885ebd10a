package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.shell.exit.ExitCode;
import org.jspecify.annotations.Nullable;

/** The server refused a request, or its answer was lost. */
final class RefusedException extends ShellException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    RefusedException(ErrorCode code, String path) {
        super(exitCodeOf(code), RefusalText.nameOf(code), path, RefusalText.of(code, path));
        this.code = code;
    }

    private RefusedException(ErrorCode code, String name, @Nullable String path, String message) {
        super(exitCodeOf(code), name, path, message);
        this.code = code;
    }

    /** The server wants to know who it is, and was told nobody it knows. */
    static RefusedException unknownUser(String servers) {
        return new RefusedException(
                ErrorCode.AUTH_FAILED,
                RefusalText.nameOf(ErrorCode.AUTH_FAILED),
                "/",
                servers + " refused the login, or an identity: is the password right?");
    }

    /** The server knows no such scheme, or not who is named in it; a session with an identity that was refused is over. */
    static RefusedException unknownIdentity(String servers, String scheme) {
        return new RefusedException(
                ErrorCode.AUTH_FAILED,
                RefusalText.nameOf(ErrorCode.AUTH_FAILED),
                scheme,
                servers + " refused an identity of the scheme " + scheme
                        + ", and has ended the session: 'connect' begins another one");
    }

    /** The connection broke after a change was sent. */
    static RefusedException inDoubt(ErrorCode code, String path) {
        return new RefusedException(
                code,
                "OutcomeUnknown",
                path,
                RefusalText.of(code, path) + "; the change may have happened, or may still: look at it");
    }

    /** Returns the same with more to say behind it. */
    RefusedException noting(String more) {
        return new RefusedException(code, name(), path(), getMessage() + more);
    }

    /** Returns the same in the words of Apache's client, which its shell shows where it goes on. */
    RefusedException plain() {
        return new RefusedException(code, name(), path(), RefusalText.plain(code, path()));
    }

    ErrorCode code() {
        return code;
    }

    private static ExitCode exitCodeOf(ErrorCode code) {
        return switch (code) {
            case CONNECTION_LOSS, SESSION_EXPIRED, OPERATION_TIMEOUT, REQUEST_TIMEOUT -> ExitCode.UNREACHABLE;
            case NO_AUTH, AUTH_FAILED, SESSION_CLOSED_REQUIRE_SASL_AUTH -> ExitCode.DENIED;
            default -> ExitCode.PROBLEM;
        };
    }
}
