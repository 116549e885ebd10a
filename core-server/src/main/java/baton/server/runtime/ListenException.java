package baton.server.runtime;

import java.io.IOException;

/** A port cannot be had. The message is one line that names it and says what to do. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean anotherServer;

    /** @param anotherServer whether it is a port for clients that somebody else has */
    ListenException(String message, boolean anotherServer, IOException cause) {
        super(message, cause);
        this.anotherServer = anotherServer;
    }

    /** Says whether it looks as if the server were running already. */
    public boolean isAnotherServer() {
        return anotherServer;
    }
}
