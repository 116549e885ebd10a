package baton.core.testkit;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The way from clients to a store, which breaks what it is told to break.
 *
 * <p>Faults meet every connection by this way; give each client under test a link of its own. Whatever state it is in,
 * {@link #heal} lets everything pass again. Safe for use by many threads.
 */
public interface FaultyLink extends AutoCloseable {
    /** Where clients connect to. */
    InetSocketAddress address();

    /** Closes all connections, and new ones as soon as they are made, until {@link #heal}. */
    void cut();

    /** Closes all connections; new ones pass. */
    void cutOnce();

    /** Lets nothing pass in either direction, and closes nothing, until {@link #heal}: then it goes where it was going. */
    void stall();

    /** Delays each frame or piece, one after the other, in both directions. */
    void delay(Duration each);

    /** Ends all faults; rules that did not apply yet are forgotten. */
    void heal();

    /** The next such request does not reach the server, and costs the connection. */
    void dropRequest(WireOp op);

    /** The next such request reaches the server; its reply does not come back, and costs the connection. */
    void dropReply(WireOp op);

    /** The next such request, and what is behind it, is held back until released, even if its client is long gone. */
    HeldRequest holdRequest(WireOp op);

    /** Ends a session at the server, as if it had expired: the client that has it is told nothing. */
    void expire(String sessionId);

    /** How many such requests have passed. */
    int requests(WireOp op);

    @Override
    void close();
}
