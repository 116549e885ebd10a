package baton.server.request;

import baton.server.tree.ZnodeTree;

/**
 * Waits once for the memory in which nodes lie that are asked for very soon, and not for that of one after the other.
 * Confined to one thread.
 */
final class Foresight {
    /** So many waits for memory a processor can bear at once, and hardly more. */
    static final int NODES_MAX = 16;

    private final ZnodeTree tree;
    private final int[] hashes = new int[NODES_MAX];
    private int count;

    // Read by nobody: for what is not kept nothing would be looked at.
    private int touched;

    Foresight(ZnodeTree tree) {
        this.tree = tree;
    }

    /** Adds a node by the hash of its path, which is at most the {@link #NODES_MAX}th since the last look. */
    void add(int pathHash) {
        hashes[count++] = pathHash;
    }

    /** Looks at all that were added since the last look. */
    void look() {
        if (count > 1) {
            touched = tree.foresee(hashes, count);
        }
        count = 0;
    }
}
