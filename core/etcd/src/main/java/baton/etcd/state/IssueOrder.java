package baton.etcd.state;

import baton.core.NodePath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which operations of a session may be on their way at the same time.
 *
 * <p>etcd does requests of one connection in any order. So an operation waits for those issued before it that it depends
 * on: of two, if one changes something and their paths are the same or one lies within the other. A barrier depends on
 * everything, and everything after it on the barrier.
 */
public final class IssueOrder {
    private final Set<Entry> unfinished = new LinkedHashSet<>();

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

        private boolean conflictsWith(Entry later) {
            if (access == Access.BARRIER || later.access == Access.BARRIER) {
                return true;
            }
            if (access == Access.READ && later.access == Access.READ) {
                return false;
            }
            for (NodePath mine : paths) {
                for (NodePath other : later.paths) {
                    if (mine.isWithin(other) || other.isWithin(mine)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** Adds an operation at the end. It may begin if {@link #mayBegin} says so, else when {@link #finished} names it. */
    public Entry issue(Access access, Set<NodePath> paths) {
        Entry entry = new Entry(access, paths);
        for (Entry earlier : unfinished) {
            if (earlier.conflictsWith(entry)) {
                earlier.followers.add(entry);
                entry.waitsFor++;
            }
        }
        unfinished.add(entry);
        return entry;
    }

    public boolean mayBegin(Entry entry) {
        return entry.waitsFor == 0;
    }

    /** Takes an operation out. Returns those that may begin now, in the order in which they were issued. */
    public List<Entry> finished(Entry entry) {
        if (!unfinished.remove(entry)) {
            throw new IllegalStateException("finished twice");
        }
        List<Entry> free = new ArrayList<>();
        for (Entry follower : entry.followers) {
            if (--follower.waitsFor == 0 && unfinished.contains(follower)) {
                free.add(follower);
            }
        }
        return free;
    }

    /** How many operations have not finished. */
    public int size() {
        return unfinished.size();
    }
}
