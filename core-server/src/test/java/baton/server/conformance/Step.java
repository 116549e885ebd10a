package baton.server.conformance;

import java.util.List;

/** One thing that both servers are made to experience. Clients are numbered; each has one session at a time. */
sealed interface Step {
    /** Who does it. */
    int client();

    /** A client without a session asks for one. */
    record Open(int client, int timeoutMillis, boolean readOnly, boolean readOnlySent) implements Step {}

    /** A connected client sends requests in one go, and waits for all answers. */
    record Ask(int client, List<SentRequest> requests) implements Step {}

    /** The client's connection ends; the session goes on. */
    record Leave(int client) implements Step {}

    /** A client takes up its session on a new connection, whether it still has the old one or not. */
    record Return(int client, Claim claim) implements Step {}

    /** How a client claims its session. */
    enum Claim {
        RIGHT,
        WRONG_PASSWORD,
        /** It has seen more than the server has. */
        FROM_THE_FUTURE,
        /** It names a session that was closed, or never was. */
        SESSION_GONE
    }
}
