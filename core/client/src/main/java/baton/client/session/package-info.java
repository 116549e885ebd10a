/**
 * The client's connection logic as a pure machine: when to dial, what to send, what became of each request, and when a
 * session is over.
 *
 * <p>Reading order: {@link baton.client.session.SessionSettings} in, then {@link baton.client.session.SessionMachine},
 * which takes an {@link baton.client.session.Event} and the time and returns {@link baton.client.session.Effect}s in
 * the order in which they must be carried out. {@link baton.client.session.Outcome} is what becomes of a request,
 * {@link baton.client.session.WatchTable} what is registered again after a reconnect, {@link
 * baton.client.session.Chroot} where the client's paths lie at the server.
 *
 * <p>Nothing here has a thread, socket, clock, random source or log; nothing is thread-safe. The classes in {@code
 * baton.client} drive it from one event loop, tests drive it by hand.
 */
@NullMarked
package baton.client.session;

import org.jspecify.annotations.NullMarked;
