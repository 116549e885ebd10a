/**
 * A whole standalone server and its clients on one thread, on a clock that only the simulation turns.
 *
 * <p>In reading order: {@link baton.server.sim.world.Chance} and {@link baton.server.sim.world.VirtualTime}, from which
 * everything follows; {@link baton.server.sim.world.Wire}, a TCP connection that can be stalled and cut, with the server's
 * end {@link baton.server.sim.world.SimulatedSocket} on a {@link baton.server.sim.world.SimulatedLoop}, judged by
 * {@link baton.server.sim.world.Intake}, {@link baton.server.sim.world.Outflow} and
 * {@link baton.server.sim.world.Doorstep};
 * {@link baton.server.sim.world.SimulatedMachine}, which has one {@link baton.server.sim.world.SimulatedProcess} after the
 * other; {@link baton.server.sim.world.WorldClient}, which has one {@link baton.server.sim.world.WorldLink} after the other;
 * {@link baton.server.sim.world.Plan}, what a seed turns on; and {@link baton.server.sim.world.World}, one run.
 * {@link baton.server.sim.world.Defect} brings back known bugs.
 *
 * <p>A process gets its turns by {@link baton.server.sim.world.AgentTurns} and {@link baton.server.sim.world.LoopTurns},
 * unless there are {@link baton.server.sim.world.Pauses}; others go on in the middle of what it does
 * ({@link baton.server.sim.world.ProcessHost}, {@link baton.server.sim.world.Alternation}) and of what it asks of its disk
 * ({@link baton.server.sim.world.DiskCalls}). What goes wrong is brought about by
 * {@link baton.server.sim.world.MachineFaults}: {@link baton.server.sim.world.DiskTroubles},
 * {@link baton.server.sim.world.DiskDelays}, {@link baton.server.sim.world.FileDamage}; and an operator's
 * {@link baton.server.sim.world.Restores}. The running server is judged by {@link baton.server.sim.world.Witnesses}, what it
 * makes of its files by {@link baton.server.sim.world.RecoveryCheck}.
 *
 * <p>What the clients saw is judged by {@code baton.server.sim.history}.
 */
@NullMarked
package baton.server.sim.world;

import org.jspecify.annotations.NullMarked;
