/**
 * The second world of the server's machines: no threads, files or sockets, but a clock that tests turn, a log that can
 * lose what was not durable, and a scheduler whose every choice follows from a seed.
 *
 * <p>Here the machines run alone. A whole server, with its agents, storage and connections, runs in
 * {@code baton.server.sim.world}, and {@code baton.server.sim.history} judges what its clients saw.
 */
package baton.server.sim;
