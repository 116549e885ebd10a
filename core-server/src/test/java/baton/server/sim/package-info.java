/**
 * The second world of the server's machines: no threads, files or sockets, but a clock that tests turn, a log that can
 * lose what was not durable, and a scheduler whose every choice follows from a seed.
 */
package baton.server.sim;
