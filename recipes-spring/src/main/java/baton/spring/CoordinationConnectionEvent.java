package baton.spring;

import baton.recipes.ConnectionState;

/**
 * The connection to the coordination core changed.
 *
 * @param state what it changed to
 * @param epoch number of the session, counted by the client from 1
 * @param newSession whether this session is another one than before
 */
public record CoordinationConnectionEvent(ConnectionState state, long epoch, boolean newSession) {}
