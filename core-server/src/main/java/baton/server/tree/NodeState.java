package baton.server.tree;

import baton.protocol.Bytes;
import baton.protocol.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Everything known about a node at one moment, except its path and the names of its children. Immutable.
 *
 * <p>Child changes are kept as the number of children ever created, {@link #creations}: sequential names are numbered
 * with it, files store it, and what clients see as {@code cversion} follows from it.
 */
public final class NodeState {
    private final @Nullable Bytes content;
    private final AclEntry acl;
    private final long czxid;
    private final long mzxid;
    private final long pzxid;
    private final long ctime;
    private final long mtime;
    private final long owner;
    private final int version;
    private final int creations;
    private final int aversion;
    private final int childCount;

    /**
     * Makes a state of its parts, as a snapshot holds them.
     *
     * @param content null if the node was created without data, which is not the same as empty
     * @param pzxid zxid of the last change of the set of children
     * @param creations number of children ever created
     * @param owner see {@link NodeOwner}
     */
    public NodeState(
            @Nullable Bytes content,
            AclEntry acl,
            long czxid,
            long mzxid,
            long pzxid,
            long ctime,
            long mtime,
            int version,
            int creations,
            int aversion,
            long owner,
            int childCount) {
        this.content = content;
        this.acl = acl;
        this.czxid = czxid;
        this.mzxid = mzxid;
        this.pzxid = pzxid;
        this.ctime = ctime;
        this.mtime = mtime;
        this.version = version;
        this.creations = creations;
        this.aversion = aversion;
        this.owner = owner;
        this.childCount = childCount;
    }

    /** Makes the state of a node just created. */
    public static NodeState created(@Nullable Bytes content, AclEntry acl, long owner, long zxid, long timeMillis) {
        return new NodeState(content, acl, zxid, zxid, zxid, timeMillis, timeMillis, 0, 0, 0, owner, 0);
    }

    /** Makes the state of a node that was there from the beginning. */
    static NodeState builtIn(@Nullable Bytes content, AclEntry acl, int aversion) {
        return new NodeState(content, acl, 0, 0, 0, 0, 0, 0, 0, aversion, NodeOwner.NOBODY, 0);
    }

    /** Returns the state after its data was replaced. */
    public NodeState withContent(@Nullable Bytes next, int nextVersion, long zxid, long timeMillis) {
        return new NodeState(
                next, acl, czxid, zxid, pzxid, ctime, timeMillis, nextVersion, creations, aversion, owner, childCount);
    }

    /** Returns the state after the server replaced its data, which nobody is told. */
    NodeState withOwnContent(Bytes next) {
        return new NodeState(
                next, acl, czxid, mzxid, pzxid, ctime, mtime, version, creations, aversion, owner, childCount);
    }

    /** Returns the state after its access control list was replaced. */
    public NodeState withAcl(AclEntry next, int nextAversion) {
        return new NodeState(
                content, next, czxid, mzxid, pzxid, ctime, mtime, version, creations, nextAversion, owner, childCount);
    }

    /** Returns the state after its set of children changed. */
    public NodeState withChildren(int nextChildCount, int nextCreations, long nextPzxid) {
        return new NodeState(
                content,
                acl,
                czxid,
                mzxid,
                nextPzxid,
                ctime,
                mtime,
                version,
                nextCreations,
                aversion,
                owner,
                nextChildCount);
    }

    /**
     * Returns the state after a child was created.
     *
     * <p>The number of creations is compared as a 32-bit serial number: after the largest int comes the smallest, so a
     * sequence neither stops nor repeats a name there. A replayed creation never takes it back.
     */
    public NodeState withChildCreated(int nextChildCount, int nextCreations, long zxid) {
        return nextCreations - creations > 0
                ? withChildren(nextChildCount, nextCreations, zxid)
                : withChildren(nextChildCount, creations, pzxid);
    }

    /** Returns the state after a child was deleted. */
    public NodeState withChildDeleted(int nextChildCount, long zxid) {
        return withChildren(nextChildCount, creations, Math.max(pzxid, zxid));
    }

    /** Returns what a client sees. */
    public Stat stat() {
        return new Stat(
                czxid,
                mzxid,
                ctime,
                mtime,
                version,
                2 * creations - childCount,
                aversion,
                NodeOwner.shown(owner),
                contentSize(),
                childCount,
                pzxid);
    }

    public @Nullable Bytes content() {
        return content;
    }

    public int contentSize() {
        return content == null ? 0 : content.size();
    }

    public AclEntry acl() {
        return acl;
    }

    public long czxid() {
        return czxid;
    }

    public long mzxid() {
        return mzxid;
    }

    public long pzxid() {
        return pzxid;
    }

    public long ctime() {
        return ctime;
    }

    public long mtime() {
        return mtime;
    }

    /** See {@link NodeOwner}. */
    public long owner() {
        return owner;
    }

    public int version() {
        return version;
    }

    /** Number of children ever created; a 32-bit counter that wraps. */
    public int creations() {
        return creations;
    }

    public int aversion() {
        return aversion;
    }

    public int childCount() {
        return childCount;
    }

    @Override
    public String toString() {
        return stat() + " " + acl + " " + content;
    }
}
