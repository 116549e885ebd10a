package baton.server.sim.history;

import baton.protocol.Acl;
import baton.protocol.WatchEvent;
import java.util.List;

/**
 * Something that watchers are to learn.
 *
 * @param acl the list that says who of them may
 */
record Happening(WatchEvent event, List<Acl> acl) {}
