package baton.core;

/**
 * A node that was created.
 *
 * @param path its final path, with the name the store chose
 * @param stat its stat right after creation
 */
public record Created(NodePath path, NodeStat stat) {}
