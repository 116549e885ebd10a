package baton.server.txn;

import baton.protocol.WireReader;
import baton.protocol.WireWriter;

/**
 * What the whole tree must look like right after the transaction: 12 bytes behind its body.
 *
 * <pre>int32 version, int64 treeDigest</pre>
 *
 * @param version how the digest is computed; only equal versions can be compared
 * @param treeDigest sum of the digests of all nodes
 */
public record TxnDigest(int version, long treeDigest) {
    /** Size in the log. */
    public static final int BYTES = 12;

    /** The way digests are computed since Apache ZooKeeper 3.6. */
    public static final int VERSION = 2;

    /** Makes a digest of the current version. */
    public TxnDigest(long treeDigest) {
        this(VERSION, treeDigest);
    }

    public static TxnDigest read(WireReader in) {
        return new TxnDigest(in.int32("digest.version"), in.int64("digest.treeDigest"));
    }

    public void write(WireWriter out) {
        out.int32(version).int64(treeDigest);
    }
}
