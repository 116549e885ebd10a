package baton.server.sim.history;

import baton.protocol.ErrorCode;

/** The model does not do what it was asked for. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode error;

    Refused(ErrorCode error) {
        this.error = error;
    }

    ErrorCode error() {
        return error;
    }
}
