package baton.protocol;

/**
 * What is known about a node beside its data: 68 bytes on the wire, in the order of the components.
 *
 * @param czxid zxid of the transaction that created the node
 * @param mzxid zxid of the last change of its data, or of its creation
 * @param ctime time of the creation, in milliseconds since 1970
 * @param mtime time of the last change of its data, likewise
 * @param version number of changes of its data
 * @param cversion number of children created and deleted
 * @param aversion number of changes of its access control list
 * @param ephemeralOwner session the node belongs to, or 0
 * @param dataLength number of bytes of data, 0 for none
 * @param numChildren number of direct children
 * @param pzxid zxid of the last creation or deletion of a child, or of its own creation
 */
public record Stat(
        long czxid,
        long mzxid,
        long ctime,
        long mtime,
        int version,
        int cversion,
        int aversion,
        long ephemeralOwner,
        int dataLength,
        int numChildren,
        long pzxid) {
    /** Size on the wire. */
    public static final int BYTES = 68;

    public static Stat read(WireReader in) {
        return new Stat(
                in.int64("stat.czxid"),
                in.int64("stat.mzxid"),
                in.int64("stat.ctime"),
                in.int64("stat.mtime"),
                in.int32("stat.version"),
                in.int32("stat.cversion"),
                in.int32("stat.aversion"),
                in.int64("stat.ephemeralOwner"),
                in.int32("stat.dataLength"),
                in.int32("stat.numChildren"),
                in.int64("stat.pzxid"));
    }

    public void write(WireWriter out) {
        out.int64(czxid).int64(mzxid).int64(ctime).int64(mtime);
        out.int32(version).int32(cversion).int32(aversion);
        out.int64(ephemeralOwner).int32(dataLength).int32(numChildren).int64(pzxid);
    }
}
