/**
 * Keeps one node in existence, across sessions: what membership, registry and workers are made of.
 *
 * <p>Read {@link baton.recipes.node.PersistentNode}; {@link baton.recipes.node.NodeMode} and
 * {@link baton.recipes.node.NodeOptions} say which node and how hard to insist.
 */
@NullMarked
package baton.recipes.node;

import org.jspecify.annotations.NullMarked;
