package baton.server.tree;

/**
 * How far the tree has come.
 *
 * @param zxid the last transaction applied, whole
 * @param digest the tree's digest right after it
 */
public record TreePosition(long zxid, long digest) {}
