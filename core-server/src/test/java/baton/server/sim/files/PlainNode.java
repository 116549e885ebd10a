package baton.server.sim.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A node as files have it: {@code creations} counts those of its children, and nothing else. */
public record PlainNode(
        byte @Nullable [] content,
        List<Grant> grants,
        long czxid,
        long mzxid,
        long pzxid,
        long ctime,
        long mtime,
        int version,
        int creations,
        int aversion,
        long owner) {
    private static final long CONTAINER = Long.MIN_VALUE;
    private static final int TTL = 0xff;

    static PlainNode made(byte @Nullable [] content, List<Grant> grants, long zxid, long millis, long owner) {
        return new PlainNode(content, grants, zxid, zxid, zxid, millis, millis, 0, 0, 0, owner);
    }

    PlainNode withContent(byte @Nullable [] next, int nextVersion, long zxid, long millis) {
        return new PlainNode(next, grants, czxid, zxid, pzxid, ctime, millis, nextVersion, creations, aversion, owner);
    }

    PlainNode withGrants(List<Grant> next, int nextVersion) {
        return new PlainNode(content, next, czxid, mzxid, pzxid, ctime, mtime, version, creations, nextVersion, owner);
    }

    PlainNode withChildren(int nextCreations, long zxid) {
        return new PlainNode(
                content, grants, czxid, mzxid, zxid, ctime, mtime, version, nextCreations, aversion, owner);
    }

    /** Returns the session to which it belongs; 0 if to none. */
    public long session() {
        return owner == CONTAINER || owner >>> 56 == TTL ? 0 : owner;
    }

    long digest(String path) {
        CRC32 crc = new CRC32();
        crc.update(path.getBytes(StandardCharsets.UTF_8));
        if (content != null) {
            crc.update(content);
        }
        ByteBuffer rest = ByteBuffer.allocate(6 * Long.BYTES + 3 * Integer.BYTES);
        rest.putLong(czxid).putLong(mzxid).putLong(pzxid).putLong(ctime).putLong(mtime);
        crc.update(rest.putInt(version)
                .putInt(creations)
                .putInt(aversion)
                .putLong(owner)
                .array());
        return crc.getValue();
    }
}
