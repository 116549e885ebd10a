package baton.etcd.state;

import baton.core.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which operations of a session may be on their way at the same time.
 *
 * <p>etcd does requests of one connection in any order. So an operation waits for those issued before it that it depends
 * on: of two, if one changes something and their paths are the same or one lies within the other. A barrier depends on
 * everything, and everything after it on the barrier.
 *
 * <p>The idea: who waits for a change waits for all that the change waits for. So a change takes the place of everything
 * noted at its path and below, and a barrier of everything; thousands that wait in one line are each one step behind the
 * next, and issuing one more costs a few look-ups.
 */
public final class IssueOrder {
    /** What an operation touches. */
    public enum Access {
        READ,
        CHANGE,
        BARRIER
    }

    /** An operation in the order. */
    public static final class Entry {
        private final Access access;
        private final Set<NodePath> paths;
        private final List<Entry> followers = new ArrayList<>();
        private int waitsFor;

        private Entry(Access access, Set<NodePath> paths) {
            this.access = access;
            this.paths = paths;
        }
    }

    private final Set<Entry> unfinished = new LinkedHashSet<>();
    /** Those that touch exactly a path, since the last change there or above it. */
    private final Map<NodePath, Set<Entry>> at = new HashMap<>();
    /** Those that touch something below a path, likewise. */
    private final Map<NodePath, Set<Entry>> below = new HashMap<>();
    /** All since the last barrier, and the barrier itself first. */
    private final Set<Entry> sinceBarrier = new LinkedHashSet<>();

    /** Adds an operation at the end. It may begin if {@link #mayBegin} says so, else when {@link #finished} names it. */
    public Entry issue(Access access, Set<NodePath> paths) {
        Entry entry = new Entry(access, paths);
        for (Entry earlier : dependencies(entry)) {
            earlier.followers.add(entry);
            entry.waitsFor++;
        }
        if (access == Access.BARRIER) {
            at.clear();
            below.clear();
            sinceBarrier.clear();
        } else {
            paths.forEach(path -> note(entry, path));
        }
        sinceBarrier.add(entry);
        unfinished.add(entry);
        return entry;
    }

    private Set<Entry> dependencies(Entry entry) {
        if (entry.access == Access.BARRIER) {
            return Set.copyOf(sinceBarrier);
        }
        Set<Entry> found = new LinkedHashSet<>();
        if (!sinceBarrier.isEmpty()) {
            Entry first = sinceBarrier.iterator().next();
            if (first.access == Access.BARRIER) {
                found.add(first);
            }
        }
        for (NodePath path : entry.paths) {
            collect(at, path, entry, found);
            collect(below, path, entry, found);
            for (NodePath above = path; !above.isRoot(); ) {
                above = above.parent();
                collect(at, above, entry, found);
            }
        }
        return found;
    }

    private static void collect(Map<NodePath, Set<Entry>> index, NodePath path, Entry entry, Set<Entry> found) {
        for (Entry earlier : index.getOrDefault(path, Set.of())) {
            if (entry.access == Access.CHANGE || earlier.access == Access.CHANGE) {
                found.add(earlier);
            }
        }
    }

    private void note(Entry entry, NodePath path) {
        if (entry.access == Access.CHANGE) {
            at.remove(path);
            below.remove(path);
        }
        at.computeIfAbsent(path, key -> new LinkedHashSet<>()).add(entry);
        for (NodePath above = path; !above.isRoot(); ) {
            above = above.parent();
            below.computeIfAbsent(above, key -> new LinkedHashSet<>()).add(entry);
        }
    }

    public boolean mayBegin(Entry entry) {
        return entry.waitsFor == 0;
    }

    /** Takes an operation out. Returns those that may begin now, in the order in which they were issued. */
    public List<Entry> finished(Entry entry) {
        if (!unfinished.remove(entry)) {
            throw new IllegalStateException("finished twice");
        }
        sinceBarrier.remove(entry);
        entry.paths.forEach(path -> forget(entry, path));
        List<Entry> free = new ArrayList<>();
        for (Entry follower : entry.followers) {
            if (--follower.waitsFor == 0 && unfinished.contains(follower)) {
                free.add(follower);
            }
        }
        return free;
    }

    private void forget(Entry entry, NodePath path) {
        forget(at, path, entry);
        for (NodePath above = path; !above.isRoot(); ) {
            above = above.parent();
            forget(below, above, entry);
        }
    }

    private static void forget(Map<NodePath, Set<Entry>> index, NodePath path, Entry entry) {
        Set<Entry> noted = index.get(path);
        if (noted != null && noted.remove(entry) && noted.isEmpty()) {
            index.remove(path);
        }
    }

    /** How many operations have not finished. */
    public int size() {
        return unfinished.size();
    }
}
