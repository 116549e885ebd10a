package baton.server.tree;

import baton.protocol.Bytes;
import baton.protocol.Stat;
import baton.protocol.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * Everything known about a node at one moment, except its path and the names of its children. Immutable.
 *
 * <p>Child changes are kept as the number of children ever created, {@link #creations}: sequential names are numbered
 * with it, files store it, and what clients see as {@code cversion} follows from it.
 *
 * <p>Most nodes of a large tree are never changed, and so are told by few numbers: the state of one that is open to
 * everybody and nobody's takes 32 bytes; with either an owner or a list of its own it takes 40; any other takes 88.
 */
public abstract class NodeState {
    /** As it was created; open to everybody, and nobody's. */
    private static class Fresh extends NodeState {
        private final long czxid;
        private final long ctime;

        Fresh(byte @Nullable [] content, long czxid, long ctime) {
            super(content);
            this.czxid = czxid;
            this.ctime = ctime;
        }

        @Override
        public AclEntry acl() {
            return AclEntry.OPEN;
        }

        @Override
        public final long czxid() {
            return czxid;
        }

        @Override
        public final long mzxid() {
            return czxid;
        }

        @Override
        public final long pzxid() {
            return czxid;
        }

        @Override
        public final long ctime() {
            return ctime;
        }

        @Override
        public final long mtime() {
            return ctime;
        }

        @Override
        public long owner() {
            return NodeOwner.NOBODY;
        }

        @Override
        public final int version() {
            return 0;
        }

        @Override
        public final int creations() {
            return 0;
        }

        @Override
        public final int aversion() {
            return 0;
        }

        @Override
        public final int childCount() {
            return 0;
        }
    }

    private static final class FreshOwned extends Fresh {
        private final long owner;

        FreshOwned(byte @Nullable [] content, long czxid, long ctime, long owner) {
            super(content, czxid, ctime);
            this.owner = owner;
        }

        @Override
        public long owner() {
            return owner;
        }
    }

    private static final class FreshGuarded extends Fresh {
        private final AclEntry acl;

        FreshGuarded(byte @Nullable [] content, long czxid, long ctime, AclEntry acl) {
            super(content, czxid, ctime);
            this.acl = acl;
        }

        @Override
        public AclEntry acl() {
            return acl;
        }
    }

    private static final class Changed extends NodeState {
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

        // Written and read by the tree's writer only.
        private int digest;

        Changed(
                byte @Nullable [] content,
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
            super(content);
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

        @Override
        public AclEntry acl() {
            return acl;
        }

        @Override
        public long czxid() {
            return czxid;
        }

        @Override
        public long mzxid() {
            return mzxid;
        }

        @Override
        public long pzxid() {
            return pzxid;
        }

        @Override
        public long ctime() {
            return ctime;
        }

        @Override
        public long mtime() {
            return mtime;
        }

        @Override
        public long owner() {
            return owner;
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public int creations() {
            return creations;
        }

        @Override
        public int aversion() {
            return aversion;
        }

        @Override
        public int childCount() {
            return childCount;
        }

        @Override
        void keepDigest(long next) {
            digest = (int) next;
        }

        @Override
        long digest(TreeDigest digests, Znode node) {
            return digest & 0xffffffffL;
        }
    }

    private final byte @Nullable [] content;

    private NodeState(byte @Nullable [] content) {
        this.content = content;
    }

    /**
     * Makes a state of its parts, as a snapshot holds them.
     *
     * @param content null if the node was created without data, which is not the same as empty
     * @param pzxid zxid of the last change of the set of children
     * @param creations number of children ever created
     * @param owner see {@link NodeOwner}
     */
    public static NodeState of(
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
        byte[] array = content == null ? null : content.unsafeArray();
        boolean fresh = czxid == mzxid
                && czxid == pzxid
                && ctime == mtime
                && (version | creations | aversion | childCount) == 0;
        if (fresh && acl == AclEntry.OPEN) {
            return owner == NodeOwner.NOBODY
                    ? new Fresh(array, czxid, ctime)
                    : new FreshOwned(array, czxid, ctime, owner);
        }
        return fresh && owner == NodeOwner.NOBODY
                ? new FreshGuarded(array, czxid, ctime, acl)
                : new Changed(
                        array, acl, czxid, mzxid, pzxid, ctime, mtime, version, creations, aversion, owner, childCount);
    }

    /** Makes the state of a node just created. */
    public static NodeState created(@Nullable Bytes content, AclEntry acl, long owner, long zxid, long timeMillis) {
        return of(content, acl, zxid, zxid, zxid, timeMillis, timeMillis, 0, 0, 0, owner, 0);
    }

    /** Makes the state of a node that was there from the beginning. */
    static NodeState builtIn(@Nullable Bytes content, AclEntry acl, int aversion) {
        return of(content, acl, 0, 0, 0, 0, 0, 0, 0, aversion, NodeOwner.NOBODY, 0);
    }

    /** Returns the state after its data was replaced. */
    public NodeState withContent(@Nullable Bytes next, int nextVersion, long zxid, long timeMillis) {
        return of(
                next,
                acl(),
                czxid(),
                zxid,
                pzxid(),
                ctime(),
                timeMillis,
                nextVersion,
                creations(),
                aversion(),
                owner(),
                childCount());
    }

    /** Returns the state after the server replaced its data, which nobody is told. */
    NodeState withOwnContent(Bytes next) {
        return of(
                next,
                acl(),
                czxid(),
                mzxid(),
                pzxid(),
                ctime(),
                mtime(),
                version(),
                creations(),
                aversion(),
                owner(),
                childCount());
    }

    /** Returns the state after its access control list was replaced. */
    public NodeState withAcl(AclEntry next, int nextAversion) {
        return of(
                content(),
                next,
                czxid(),
                mzxid(),
                pzxid(),
                ctime(),
                mtime(),
                version(),
                creations(),
                nextAversion,
                owner(),
                childCount());
    }

    /** Returns the state after its set of children changed. */
    public NodeState withChildren(int nextChildCount, int nextCreations, long nextPzxid) {
        return of(
                content(),
                acl(),
                czxid(),
                mzxid(),
                nextPzxid,
                ctime(),
                mtime(),
                version(),
                nextCreations,
                aversion(),
                owner(),
                nextChildCount);
    }

    /**
     * Returns the state after a child was created.
     *
     * <p>The number of creations is compared as a 32-bit serial number: after the largest int comes the smallest, so a
     * sequence neither stops nor repeats a name there. A replayed creation never takes it back.
     */
    public NodeState withChildCreated(int nextChildCount, int nextCreations, long zxid) {
        return nextCreations - creations() > 0
                ? withChildren(nextChildCount, nextCreations, zxid)
                : withChildren(nextChildCount, creations(), pzxid());
    }

    /** Returns the state after a child was deleted. */
    public NodeState withChildDeleted(int nextChildCount, long zxid) {
        return withChildren(nextChildCount, creations(), Math.max(pzxid(), zxid));
    }

    private int cversion() {
        return 2 * creations() - childCount();
    }

    /** Returns what a client sees. */
    public Stat stat() {
        return new Stat(
                czxid(),
                mzxid(),
                ctime(),
                mtime(),
                version(),
                cversion(),
                aversion(),
                NodeOwner.shown(owner()),
                contentSize(),
                childCount(),
                pzxid());
    }

    /** Writes the {@link #stat} without making it. */
    public final void writeStat(WireWriter out) {
        out.int64(czxid()).int64(mzxid()).int64(ctime()).int64(mtime());
        out.int32(version()).int32(cversion()).int32(aversion());
        out.int64(NodeOwner.shown(owner())).int32(contentSize()).int32(childCount());
        out.int64(pzxid());
    }

    /** Writes the data as a buffer of the wire. */
    public final void writeContent(WireWriter out) {
        if (content == null) {
            out.int32(-1);
        } else {
            out.int32(content.length).raw(content, 0, content.length);
        }
    }

    public final @Nullable Bytes content() {
        return content == null ? null : Bytes.wrap(content);
    }

    /** Lends the data, which must not be changed. */
    final byte @Nullable [] unsafeContent() {
        return content;
    }

    public final int contentSize() {
        return content == null ? 0 : content.length;
    }

    public abstract AclEntry acl();

    public abstract long czxid();

    public abstract long mzxid();

    public abstract long pzxid();

    public abstract long ctime();

    public abstract long mtime();

    /** See {@link NodeOwner}. */
    public abstract long owner();

    public abstract int version();

    /** Number of children ever created; a 32-bit counter that wraps. */
    public abstract int creations();

    public abstract int aversion();

    public abstract int childCount();

    /** Takes in what the state adds to the digest of the tree, if there is room for it; for the tree's writer. */
    void keepDigest(long next) {}

    /** Returns what the state, once it is in the tree, adds to its digest; for the tree's writer. */
    long digest(TreeDigest digests, Znode node) {
        return digests.of(node, this);
    }

    @Override
    public final String toString() {
        return stat() + " " + acl() + " " + content();
    }
}
