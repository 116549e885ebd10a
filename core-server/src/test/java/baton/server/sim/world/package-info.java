/**
 * A whole standalone server and its clients on one thread, on a clock that only the simulation turns.
 *
 * <p>In reading order: {@link baton.server.sim.world.Chance} and {@link baton.server.sim.world.VirtualTime}, from which
 * everything follows; {@link baton.server.sim.world.Wire}, a TCP connection that can be stalled and cut, with the server's
 * end {@link baton.server.sim.world.SimulatedSocket} on a {@link baton.server.sim.world.SimulatedLoop}, judged by
 * {@link baton.server.sim.world.Intake}, {@link baton.server.sim.world.Outflow} and
 * {@link baton.server.sim.world.Doorstep};
 * {@link baton.server.sim.world.SimulatedMachine}, which gives the production server its turns, loses power, pauses and has
 * wrong clocks; {@link baton.server.sim.world.WorldClient}; {@link baton.server.sim.world.Plan}, what a seed turns on; and
 * {@link baton.server.sim.world.World}, one run. {@link baton.server.sim.world.Defect} brings back known bugs.
 *
 * <p>What the clients saw is judged by {@code baton.server.sim.history}.
 */
@NullMarked
package baton.server.sim.world;

import org.jspecify.annotations.NullMarked;
