/**
 * The znodes: what is stored, and how a transaction changes it.
 *
 * <p>Reading order: {@link baton.server.tree.NodeState} is everything known about one node at one moment;
 * {@link baton.server.tree.Znode} is the node, whose state is replaced but never changed;
 * {@link baton.server.tree.ZnodeTree} finds nodes, applies transactions and keeps the digest;
 * {@link baton.server.tree.ReadGate} lets many threads read what one writes;
 * {@link baton.server.tree.TreeSnapshot} is what a snapshot file is written from while writing goes on;
 * {@link baton.server.tree.Recount} looks whether the memory still holds what was put there.
 * {@link baton.server.tree.ChildSet} and {@code NodeIndex} are the two data structures below;
 * {@link baton.server.tree.PathHash} keeps clients from choosing names that get in each other's way.
 *
 * <p>One thread writes: the one that applies transactions. Any thread may read. What a reader finds is always a whole
 * state of a node; to see the states of several nodes, or several parts of the tree, as one transaction left them, it
 * reads through the gate.
 *
 * <p>Whether a request is allowed is decided in {@code request}. Here, transactions are facts: applying one never fails,
 * also not a second time, because a log is replayed over a snapshot that already holds some of its effects.
 */
@NullMarked
package baton.server.tree;

import org.jspecify.annotations.NullMarked;
