package baton.etcd.state;

import baton.core.SessionId;

/**
 * The id of a lease, chosen by its client at random and so never reused.
 *
 * <p>The lowest bit tells what the lease is for: zero for a session, one for a single node with a time to live.
 *
 * @param value as etcd has it; positive, or zero for none
 */
public record LeaseId(long value) {
    public static final LeaseId NONE = new LeaseId(0);

    /** The lease of a session; {@code random} are 64 random bits. */
    public static LeaseId ofSession(long random) {
        return new LeaseId(positive(random));
    }

    /** The lease of one node with a time to live. */
    public static LeaseId ofNode(long random) {
        return new LeaseId(positive(random) | 1);
    }

    private static long positive(long random) {
        // Two bits less: one for the sign, one for the purpose. Never zero.
        return Math.max(1, random >>> 2) << 1;
    }

    public boolean isOfNode() {
        return (value & 1) == 1;
    }

    /** As {@code etcdctl} shows it. */
    public String hex() {
        return Long.toHexString(value);
    }

    public SessionId session() {
        return new SessionId(hex());
    }
}
