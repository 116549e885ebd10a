package baton.shell.console;

import baton.protocol.ErrorCode;

/** The server refused a request, or its answer was lost. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String path;

    RefusedException(ErrorCode code, String path) {
        super(RefusalText.of(code, path));
        this.code = code;
        this.path = path;
    }

    ErrorCode code() {
        return code;
    }

    String path() {
        return path;
    }
}
