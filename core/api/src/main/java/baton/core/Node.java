package baton.core;

/** A node as it was at one revision. */
public record Node(NodePath path, Payload data, NodeStat stat) {}
