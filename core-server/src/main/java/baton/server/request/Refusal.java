package baton.server.request;

import baton.protocol.ErrorCode;

/** A request that may not become a transaction. Carries no stack: refusing is ordinary. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode error;

    Refusal(ErrorCode error) {
        super(error.name(), null, false, false);
        this.error = error;
    }

    ErrorCode error() {
        return error;
    }
}
