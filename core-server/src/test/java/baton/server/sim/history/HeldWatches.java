package baton.server.sim.history;

import baton.protocol.WatcherType;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * The watches that somebody holds for a connection, not fired yet: the server, the model or the client itself.
 *
 * @param paths by type, each type for itself
 * @param pathCount how many paths are watched, in whatever way
 */
public record HeldWatches(Map<WatcherType, Set<String>> paths, int pathCount) {
    private static final WatcherType[] TYPES = {
        WatcherType.DATA, WatcherType.CHILDREN, WatcherType.PERSISTENT, WatcherType.PERSISTENT_RECURSIVE
    };

    /** Asks for each of the paths in which ways it is watched. */
    public static HeldWatches of(Collection<String> paths, BiPredicate<String, WatcherType> has, int pathCount) {
        Map<WatcherType, Set<String>> held = new EnumMap<>(WatcherType.class);
        for (WatcherType type : TYPES) {
            Set<String> here = new TreeSet<>();
            paths.stream().filter(each -> has.test(each, type)).forEach(here::add);
            held.put(type, here);
        }
        return new HeldWatches(held, pathCount);
    }

    /** Says whether somebody else holds all of it too. */
    public boolean isWithin(HeldWatches other) {
        return pathCount <= other.pathCount
                && paths.entrySet().stream()
                        .allMatch(each -> other.paths.get(each.getKey()).containsAll(each.getValue()));
    }
}
