package baton.server.sim.history;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the model, as it is after one transaction.
 *
 * @param creations how many children it was given, which says what number the next one gets
 * @param owner its session, or what kind of node it is, as the server's stat has it
 * @param askedAt when a client asked for it, or for its present content
 */
record ModelNode(
        @Nullable Bytes content,
        List<Acl> acl,
        long czxid,
        long mzxid,
        long pzxid,
        long ctime,
        long mtime,
        int version,
        int creations,
        int aversion,
        long owner,
        long askedAt) {
    private static final long CONTAINER = Long.MIN_VALUE;
    private static final long TTL = 0xff00000000000000L;

    /** What is there from the beginning. */
    static final ModelNode PLAIN = new ModelNode(Bytes.EMPTY, Acl.OPEN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static final ModelNode CONFIG = new ModelNode(Bytes.EMPTY, Acl.READ_ONLY, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0);

    /** Returns the owner of those that vanish once they have had children. */
    static long container() {
        return CONTAINER;
    }

    /** Returns the owner of those that vanish if nobody changes them for so long. */
    static long timed(long ttlMillis) {
        return TTL | ttlMillis;
    }

    boolean isContainer() {
        return owner == CONTAINER;
    }

    boolean isTimed() {
        return owner != CONTAINER && (owner & TTL) == TTL;
    }

    /** Says whether it is a session's. */
    boolean isEphemeral() {
        return owner != 0 && owner != CONTAINER && (owner & TTL) != TTL;
    }

    /** Returns how long a timed one lives. */
    long ttlMillis() {
        return owner & ~TTL;
    }

    int size() {
        return sizeOf(content);
    }

    static int sizeOf(@Nullable Bytes content) {
        return content == null ? 0 : content.size();
    }

    /** Changes the content alone, as the server does with accounts. */
    ModelNode withContent(Bytes next) {
        return new ModelNode(
                next, acl, czxid, mzxid, pzxid, ctime, mtime, version, creations, aversion, owner, askedAt);
    }

    ModelNode set(@Nullable Bytes next, long zxid, long timeMillis, long asked) {
        return new ModelNode(
                next, acl, czxid, zxid, pzxid, ctime, timeMillis, version + 1, creations, aversion, owner, asked);
    }

    ModelNode withAcl(List<Acl> next) {
        return new ModelNode(
                content, next, czxid, mzxid, pzxid, ctime, mtime, version, creations, aversion + 1, owner, askedAt);
    }

    ModelNode withParentChange(int nextCreations, long zxid) {
        return new ModelNode(
                content, acl, czxid, mzxid, zxid, ctime, mtime, version, nextCreations, aversion, owner, askedAt);
    }
}
