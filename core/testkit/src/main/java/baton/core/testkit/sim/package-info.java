/**
 * A coordination core without a network, for tests: deterministic under a seed, or plain and fast on one thread.
 *
 * <p>{@link baton.core.testkit.sim.Simulation} owns time and order: everything of every process runs on the thread of
 * the test, in an order chosen by the seed. {@link baton.core.testkit.sim.SimulatedStore} is the store; each {@link
 * baton.core.testkit.sim.SimulatedProcess} gets its own {@link baton.core.testkit.sim.SimulatedCore} and can be paused or
 * suspended; {@link baton.core.testkit.sim.Faults} cut links, drop replies, expire sessions and restart the store. Links
 * keep the order of messages and lose what is on its way when they are cut, as a connection does.
 *
 * <p>{@link baton.core.testkit.sim.SimulatedStore#inProcess} is the same store on a thread of its own in real time,
 * without delays, for tests that block.
 */
@NullMarked
package baton.core.testkit.sim;

import org.jspecify.annotations.NullMarked;
