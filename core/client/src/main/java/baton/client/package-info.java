/**
 * The network client for every server that speaks the ZooKeeper protocol, and the coordination core over it.
 *
 * <p>Reading order: {@link baton.client.ZnodeCore} for recipes; {@link baton.client.ZnodeClient} for those who want the
 * operations of the protocol themselves, such as a shell or a load generator; {@link baton.client.ClientThreads} for
 * those who run many clients.
 *
 * <p>What to send and when is decided by the machine in {@code baton.client.session}. The classes here give it a
 * connection, a clock and threads, and lay the SPI of {@code baton.core} on top. Two threads do all the work: the
 * <em>loop</em> owns machine and connection and never runs foreign code; the <em>delivery</em> thread runs completions,
 * watch events and observers in the order in which the server sent them. A listener that blocks stalls deliveries, but
 * neither pings nor deadlines.
 */
@NullMarked
package baton.client;

import org.jspecify.annotations.NullMarked;
