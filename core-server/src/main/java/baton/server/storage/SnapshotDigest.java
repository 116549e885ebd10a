package baton.server.storage;

/**
 * What the whole tree looked like right after a transaction.
 *
 * @param zxid the transaction, the last one applied
 * @param value sum of the digests of all nodes
 */
public record SnapshotDigest(long zxid, long value) {}
