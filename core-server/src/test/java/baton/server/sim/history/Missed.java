package baton.server.sim.history;

import baton.protocol.WatchEvent;
import java.util.List;
import java.util.Set;

/**
 * What happened to watches while their client was away.
 *
 * @param events what it is told
 * @param data the nodes of which a watch for data is used up by that, whether it is told or not
 * @param children likewise, of the watches for children
 */
record Missed(List<WatchEvent> events, Set<String> data, Set<String> children) {}
