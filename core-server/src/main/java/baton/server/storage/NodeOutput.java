package baton.server.storage;

import baton.protocol.WireWriter;

/** Where the nodes of a snapshot are written, one after the other, each as {@link SnapshotNode} says. */
@FunctionalInterface
public interface NodeOutput {
    /** Returns what the next node is to be written to, whole, behind whatever that holds; until the next call. */
    WireWriter next();
}
