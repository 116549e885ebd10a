/**
 * What clients and server did in a run, and whether it was right.
 *
 * <p>No search is needed: every answer carries the zxid of the state it was made from. The committed log is replayed on
 * {@link baton.server.sim.history.ModelStore}, the slowest and plainest store that follows the specification, and each
 * answer is compared with what the model says at its place. {@link baton.server.sim.history.WatchModel} does the same for
 * watch events. A {@link baton.server.sim.history.Violation} names the rule of {@code reliability.md} that is broken.
 */
@NullMarked
package baton.server.sim.history;

import org.jspecify.annotations.NullMarked;
