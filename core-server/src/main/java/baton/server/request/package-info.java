/**
 * What clients ask for: checked, turned into transactions or refused, carried out, and answered.
 *
 * <p>{@link baton.server.request.Sequencer} is the machine that writes: {@link baton.server.request.Event}s go in,
 * {@link baton.server.request.Effect}s come out in the order in which they must happen. It checks each request against
 * the tree and everything that is still on its way to the disk
 * ({@code OutstandingChanges}), which {@code WriteChecks} does, and applies a transaction to the
 * {@link baton.server.request.ServerState} once it is durable. {@link baton.server.request.ReadRequests} answers what
 * only reads, on any thread; what reads a single node, {@link baton.server.request.NodeReads} by its bytes.
 *
 * <p>A {@link baton.server.session.ClientConnection} is the transport's; here it is a handle with identities.
 *
 * <p>No threads, clocks, sockets, files or chance: the host brings them, and so does the simulator. Except for
 * {@code ReadRequests}, nothing here is thread-safe; the sequencer's thread owns it.
 */
@NullMarked
package baton.server.request;

import org.jspecify.annotations.NullMarked;
