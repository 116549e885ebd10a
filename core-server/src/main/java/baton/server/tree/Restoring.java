package baton.server.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parents of a snapshot's nodes, and gives them their children all at once.
 *
 * <p>A file has the nodes in pre-order: what comes after a node lies below it, or below one of those above it. So the
 * parent of the next is found by going up from the last, and whoever is left behind has all his children. A file in
 * another order is read as well, more slowly.
 *
 * <p>The index gets the nodes at the end, when it is known how many they are: it would be copied again and again.
 */
final class Restoring {
    private record Open(Znode node, List<Znode> children) {}

    private final NodeIndex index;
    private final BiConsumer<Znode, List<Znode>> complete;
    private final ArrayDeque<Open> above = new ArrayDeque<>();
    private List<Znode> unindexed = new ArrayList<>();
    private @Nullable Znode last;

    /** @param complete takes a node and children of it that it does not have yet, at least one */
    Restoring(NodeIndex index, BiConsumer<Znode, List<Znode>> complete) {
        this.index = index;
        this.complete = complete;
    }

    /** Finds the parent of a path in UTF-8; null if it is not there, and for the root. */
    @Nullable
    Znode parentOf(byte[] path) {
        int slash = lastSlash(path);
        if (slash < 0) {
            return null;
        }
        int length = Math.max(1, slash);
        if (last != null && last.isAt(path, 0, length)) {
            return open(last);
        }
        while (!above.isEmpty()) {
            Znode lowest = above.peek().node;
            if (lowest.isAt(path, 0, length)) {
                return lowest;
            }
            close(above.pop());
        }
        fillIndex();
        Znode elsewhere = index.find(path, 0, length);
        return elsewhere == null ? null : open(elsewhere);
    }

    private Znode open(Znode parent) {
        if (above.isEmpty() || above.peek().node != parent) {
            above.push(new Open(parent, new ArrayList<>()));
            parent.expectChildren();
        }
        return parent;
    }

    /** Takes the child of the parent that was found last. */
    void add(Znode child) {
        above.element().children.add(child);
        unindexed.add(child);
        last = child;
    }

    /** There are no more. */
    void end() {
        while (!above.isEmpty()) {
            close(above.pop());
        }
        fillIndex();
        last = null;
    }

    private void fillIndex() {
        index.addAll(unindexed);
        unindexed = new ArrayList<>();
    }

    private void close(Open done) {
        if (!done.children.isEmpty()) {
            complete.accept(done.node, done.children);
        }
    }

    private static int lastSlash(byte[] path) {
        int at = path.length - 1;
        while (at >= 0 && path[at] != '/') {
            at--;
        }
        return at;
    }
}
