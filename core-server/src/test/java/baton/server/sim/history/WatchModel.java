package baton.server.sim.history;

import baton.protocol.AddWatchMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The watches of one connection, by the table of {@code client-protocol.md} 6.4. */
final class WatchModel {
    private enum Kind {
        DATA,
        CHILDREN,
        PERSISTENT,
        RECURSIVE
    }

    private final Map<String, EnumSet<Kind>> watches = new HashMap<>();
    private final int pathsMax;

    /** @param pathsMax how many paths may be watched */
    WatchModel(int pathsMax) {
        this.pathsMax = pathsMax;
    }

    /** Returns the same, to go on from here alone. */
    WatchModel copy() {
        WatchModel copy = new WatchModel(pathsMax);
        watches.forEach((path, kinds) -> copy.watches.put(path, EnumSet.copyOf(kinds)));
        return copy;
    }

    HeldWatches held() {
        long paths = watches.values().stream().filter(each -> !each.isEmpty()).count();
        return HeldWatches.of(watches.keySet(), this::has, (int) paths);
    }

    /** Returns the paths that a request wants to be watched, whatever comes of it. */
    static List<String> pathsOf(Request request) {
        Request.SetWatches2 set = Missed.askedBy(request);
        if (set != null) {
            return Stream.of(set.data(), set.exist(), set.child(), set.persistent(), set.persistentRecursive())
                    .flatMap(List::stream)
                    .toList();
        } else if (request instanceof Request.Exists exists) {
            return List.of(exists.path());
        }
        return isForOne(request) ? List.of(((Request.OfNode) request).path()) : List.of();
    }

    /** Says whether the request wants one watch. */
    static boolean isForOne(Request request) {
        return kindOf(request) != null;
    }

    private static @Nullable Kind kindOf(Request request) {
        if (request instanceof Request.GetData get) {
            return get.watch() ? Kind.DATA : null;
        } else if (request instanceof Request.Exists exists) {
            return exists.watch() ? Kind.DATA : null;
        } else if (request instanceof Request.GetChildren get) {
            return get.watch() ? Kind.CHILDREN : null;
        } else if (request instanceof Request.GetChildren2 get) {
            return get.watch() ? Kind.CHILDREN : null;
        } else if (request instanceof Request.AddWatch watch) {
            return watch.mode() == AddWatchMode.PERSISTENT ? Kind.PERSISTENT : Kind.RECURSIVE;
        }
        return null;
    }

    /** Returns the node that an answered request watches, unless that was one too many; null if it watches none. */
    static @Nullable String watchedBy(Operation operation) {
        Request request = operation.request();
        boolean done = operation.error() == 0 || operation.error() == ErrorCode.QUOTA_EXCEEDED.code();
        if (request instanceof Request.Exists exists && exists.watch()) {
            return done || operation.error() == ErrorCode.NO_NODE.code() ? exists.path() : null;
        }
        return done && isForOne(request) ? ((Request.OfNode) request).path() : null;
    }

    /** Registers the one watch that a request wants; false if there are too many. */
    boolean register(String path, Request request) {
        Kind kind = kindOf(request);
        return kind != null && add(path, kind);
    }

    /** Registers what a client that came back asked for, except what was used up at once; false if not all of it. */
    boolean register(Request.SetWatches2 set, Missed missed) {
        return addAll(set.data(), missed.data(), Kind.DATA)
                & addAll(set.exist(), missed.exist(), Kind.DATA)
                & addAll(set.child(), missed.children(), Kind.CHILDREN)
                & addAll(set.persistent(), Set.of(), Kind.PERSISTENT)
                & addAll(set.persistentRecursive(), Set.of(), Kind.RECURSIVE);
    }

    private boolean addAll(List<String> paths, Set<String> used, Kind kind) {
        boolean all = true;
        for (String each : paths) {
            all &= used.contains(each) || add(each, kind);
        }
        return all;
    }

    private boolean add(String path, Kind kind) {
        EnumSet<Kind> here = watches.computeIfAbsent(path, each -> EnumSet.noneOf(Kind.class));
        long others = watches.values().stream().filter(each -> !each.isEmpty()).count();
        if (here.isEmpty() && others >= pathsMax) {
            return false;
        }
        here.add(kind);
        return true;
    }

    /** Says whether there are such watches. */
    boolean has(String path, WatcherType type) {
        EnumSet<Kind> here = EnumSet.copyOf(watches.getOrDefault(path, EnumSet.noneOf(Kind.class)));
        here.retainAll(kindsOf(type));
        return !here.isEmpty();
    }

    void remove(String path, WatcherType type) {
        watches.getOrDefault(path, EnumSet.noneOf(Kind.class)).removeAll(kindsOf(type));
    }

    private static EnumSet<Kind> kindsOf(WatcherType type) {
        return switch (type) {
            case CHILDREN -> EnumSet.of(Kind.CHILDREN);
            case DATA -> EnumSet.of(Kind.DATA);
            case PERSISTENT -> EnumSet.of(Kind.PERSISTENT);
            case PERSISTENT_RECURSIVE -> EnumSet.of(Kind.RECURSIVE);
            case ANY -> EnumSet.allOf(Kind.class);
        };
    }

    /** Something happened; returns whether a watch is about it, and ends those that were good for once. */
    boolean fires(WatchEvent event) {
        EnumSet<Kind> here = watches.getOrDefault(event.path(), EnumSet.noneOf(Kind.class));
        boolean children = event.type() == EventType.NODE_CHILDREN_CHANGED;
        boolean told = here.contains(Kind.PERSISTENT);
        if (!children) {
            told |= here.remove(Kind.DATA) | isBelowRecursive(event.path());
        }
        if (children || event.type() == EventType.NODE_DELETED) {
            told |= here.remove(Kind.CHILDREN);
        }
        return told;
    }

    private boolean isBelowRecursive(String path) {
        for (String at = path; ; at = at.substring(0, at.lastIndexOf('/'))) {
            String name = at.isEmpty() ? "/" : at;
            if (watches.getOrDefault(name, EnumSet.noneOf(Kind.class)).contains(Kind.RECURSIVE)) {
                return true;
            }
            if (name.equals("/")) {
                return false;
            }
        }
    }
}
