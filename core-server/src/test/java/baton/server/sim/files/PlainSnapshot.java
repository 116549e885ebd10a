package baton.server.sim.files;

import static baton.server.sim.files.Unreadable.require;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Adler32;

/**
 * A snapshot, uncompressed.
 *
 * <pre>
 * "ZKSN", version:int32, dbid:int64
 * sessions:int32, each id:int64, timeout:int32
 * lists:int32, each id:int64, grants
 * nodes, each path, content:buffer, list:int64, nine fields of 60 bytes; then the path "/"
 * seal
 * zxid:int64, version:int32, digest:int64, seal
 * zxid:int64, seal
 * </pre>
 *
 * <p>A seal is the Adler-32 of all before it, as int64, and the text "/".
 *
 * @param tree what it shows, perhaps with some of what came later
 * @param digestZxid where the tree has the digest; {@link #NOWHERE} if that is not told
 */
record PlainSnapshot(PlainTree tree, long digestZxid, long digest) {
    private static final int MAGIC = 0x5a4b534e;
    private static final long EVERYTHING = -1;
    private static final long NOWHERE = -1;

    static PlainSnapshot read(byte[] bytes, long zxid) throws Unreadable {
        Fields in = new Fields(bytes);
        require(in.int32() == MAGIC && in.int32() == 2 && in.int64() == -1, "no snapshot");
        PlainTree tree = new PlainTree(zxid);
        for (int i = in.int32(); i > 0; i--) {
            tree.open(in.int64(), in.int32());
        }
        Map<Long, List<Grant>> lists = new HashMap<>(Map.of(EVERYTHING, Grant.EVERYTHING));
        for (int i = in.int32(); i > 0; i--) {
            lists.put(in.int64(), in.grants());
        }
        for (String path = in.text(); !path.equals("/"); path = in.text()) {
            require(path.isEmpty() || tree.nodes().containsKey(PlainTree.parent(path)), "no parent of %s", path);
            tree.put(path, node(in, lists));
        }
        seal(in, bytes);
        long digestZxid = in.int64();
        require(in.int32() == 2, "a digest of another kind");
        long digest = in.int64();
        boolean isTold = digestZxid != 0 || digest != 0;
        seal(in, bytes);
        in.int64();
        seal(in, bytes);
        require(in.left() == 0, "%d bytes behind the end", in.left());
        return new PlainSnapshot(tree, isTold ? digestZxid : NOWHERE, digest);
    }

    // A list that the snapshot came too late for is in the log behind it.
    private static PlainNode node(Fields in, Map<Long, List<Grant>> lists) throws Unreadable {
        byte[] content = in.buffer();
        List<Grant> grants = lists.getOrDefault(in.int64(), List.of());
        long czxid = in.int64();
        long mzxid = in.int64();
        long ctime = in.int64();
        long mtime = in.int64();
        int version = in.int32();
        int creations = in.int32();
        int aversion = in.int32();
        long owner = in.int64();
        return new PlainNode(
                content, grants, czxid, mzxid, in.int64(), ctime, mtime, version, creations, aversion, owner);
    }

    private static void seal(Fields in, byte[] bytes) throws Unreadable {
        Adler32 sum = new Adler32();
        sum.update(bytes, 0, in.position());
        require(in.int64() == sum.getValue() && in.text().equals("/"), "a seal before %d is broken", in.position());
    }
}
