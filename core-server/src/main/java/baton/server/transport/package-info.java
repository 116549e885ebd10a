/**
 * Sockets: what is the same for every client connection, whatever it says.
 *
 * <p>Reading order: {@link baton.server.transport.SocketIo} says how sockets are waited for, and {@link
 * baton.server.transport.EventLoops} owns the loops that do so;
 * {@link baton.server.transport.ClientPort} accepts connections and counts them;
 * {@link baton.server.transport.ClientChannel} cuts the bytes of one connection into frames, gives them to a
 * {@link baton.server.transport.ClientInput}, and has {@link baton.server.transport.Outgoing} gather what is sent until it is
 * flushed.
 *
 * <p>A connection belongs to one {@link baton.server.transport.TransportLoop} for life, and everything about it happens
 * on that loop's thread. The threads come from above; Netty is seen nowhere else in this module.
 */
@NullMarked
package baton.server.transport;

import org.jspecify.annotations.NullMarked;
