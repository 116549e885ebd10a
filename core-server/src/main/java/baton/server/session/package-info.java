/**
 * The sessions of a server: which there are, who may take them up again, and when they expire.
 *
 * <p>{@link baton.server.session.SessionTable} holds every {@link baton.server.session.Session} and finds those that
 * have been silent for too long; {@link baton.server.session.SessionIds} and
 * {@link baton.server.session.SessionPasswords} name and secure them. Who has a session for now is a {@link
 * baton.server.session.ClientConnection}. Time is an argument, in milliseconds of a clock that never goes back.
 *
 * <p>The table belongs to the thread that decides about writes. A session itself may be touched by any thread: the one
 * that reads its connection says that it has heard of it.
 */
@NullMarked
package baton.server.session;

import org.jspecify.annotations.NullMarked;
