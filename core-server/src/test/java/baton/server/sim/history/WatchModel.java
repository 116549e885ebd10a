package baton.server.sim.history;

import baton.protocol.AddWatchMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
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

    /** Registers what an answered request has registered, and returns of which node; null if nothing. */
    @Nullable
    String register(Operation operation) {
        Request request = operation.request();
        boolean done = operation.error() == 0;
        if (request instanceof Request.GetData get && get.watch() && done) {
            return add(get.path(), Kind.DATA);
        } else if (request instanceof Request.Exists exists && exists.watch()) {
            return done || operation.error() == ErrorCode.NO_NODE.code() ? add(exists.path(), Kind.DATA) : null;
        } else if (request instanceof Request.GetChildren get && get.watch() && done) {
            return add(get.path(), Kind.CHILDREN);
        } else if (request instanceof Request.GetChildren2 get && get.watch() && done) {
            return add(get.path(), Kind.CHILDREN);
        } else if (request instanceof Request.AddWatch watch && done) {
            return add(watch.path(), watch.mode() == AddWatchMode.PERSISTENT ? Kind.PERSISTENT : Kind.RECURSIVE);
        }
        return null;
    }

    /** Registers what a client that came back asked for, except what was used up at once. */
    void register(Request.SetWatches2 set, Missed missed) {
        set.data().stream().filter(each -> !missed.data().contains(each)).forEach(each -> add(each, Kind.DATA));
        set.exist().stream().filter(each -> !missed.exist().contains(each)).forEach(each -> add(each, Kind.DATA));
        set.child().stream()
                .filter(each -> !missed.children().contains(each))
                .forEach(each -> add(each, Kind.CHILDREN));
        set.persistent().forEach(each -> add(each, Kind.PERSISTENT));
        set.persistentRecursive().forEach(each -> add(each, Kind.RECURSIVE));
    }

    private String add(String path, Kind kind) {
        watches.computeIfAbsent(path, each -> EnumSet.noneOf(Kind.class)).add(kind);
        return path;
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
