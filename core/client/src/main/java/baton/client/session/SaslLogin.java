package baton.client.session;

import baton.protocol.Bytes;

/** The client's side of one SASL conversation. Each connection has its own; not thread-safe. */
public interface SaslLogin {
    /** Begins a conversation for each new connection. */
    interface Factory {
        SaslLogin begin();
    }

    /** Returns what to say first; empty if the server speaks first. */
    Bytes first();

    /**
     * Answers the server.
     *
     * @param challenge what the server said
     * @throws RefusedException if the server proves to be none of ours, or says what makes no sense
     */
    Bytes answer(Bytes challenge);

    /** Whether both sides have said all they had to. */
    boolean isComplete();

    /** This conversation leads nowhere. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public RefusedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
