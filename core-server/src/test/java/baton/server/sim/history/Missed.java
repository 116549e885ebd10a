package baton.server.sim.history;

import baton.protocol.Request;
import baton.protocol.WatchEvent;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened to watches while their client was away.
 *
 * @param events what it is told
 * @param data the nodes of which a watch for data is used up by that, whether it is told or not
 * @param exist likewise, of the watches for nodes that were not there
 * @param children likewise, of the watches for children
 */
record Missed(List<WatchEvent> events, Set<String> data, Set<String> exist, Set<String> children) {
    /** Returns what a client that came back asks for, in the words that say it all; null if it asks for something else. */
    static Request.@Nullable SetWatches2 askedBy(Request request) {
        if (request instanceof Request.SetWatches set) {
            return new Request.SetWatches2(
                    set.relativeZxid(), set.data(), set.exist(), set.child(), List.of(), List.of());
        }
        return request instanceof Request.SetWatches2 set ? set : null;
    }
}
