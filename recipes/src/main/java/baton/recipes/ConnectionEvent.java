package baton.recipes;

import java.time.Duration;

/**
 * A change of the connection.
 *
 * @param state what it changed to
 * @param epoch number of the session, counted by the client from 1
 * @param newSession whether this session is another one than in the event before
 * @param leaseRemaining how long the session certainly lived on when the event was made
 */
public record ConnectionEvent(ConnectionState state, long epoch, boolean newSession, Duration leaseRemaining) {}
