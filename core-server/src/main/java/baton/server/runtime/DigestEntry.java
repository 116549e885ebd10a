package baton.server.runtime;

/** The tree's digest right after a transaction; an unsigned number. */
public record DigestEntry(long zxid, long digest) {}
