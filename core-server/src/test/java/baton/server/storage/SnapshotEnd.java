package baton.server.storage;

import baton.server.sim.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import java.util.zip.Adler32;

/**
 * What a snapshot says behind its nodes, read without the server's own code.
 *
 * @param nameZxid the zxid in its name: everything up to it is in it
 * @param digestZxid the zxid to which its digest belongs
 */
public record SnapshotEnd(long nameZxid, long digestZxid, long digest) {
    private static final int SEAL_BYTES = 13;
    private static final int DIGEST_BYTES = 20;
    private static final int END_BYTES = DIGEST_BYTES + SEAL_BYTES + Long.BYTES + SEAL_BYTES;

    /** Reads a snapshot that is complete. */
    public static SnapshotEnd of(SimulatedDisk disk, Path file) {
        byte[] bytes = disk.contentOf(file);
        ByteBuffer end = ByteBuffer.wrap(bytes, bytes.length - END_BYTES, END_BYTES);
        long digestZxid = end.getLong();
        end.getInt();
        return new SnapshotEnd(zxidIn(file), digestZxid, end.getLong());
    }

    /** Makes the digest that of the zxid in the name, whatever the tree was then. */
    public static void labelByName(SimulatedDisk disk, Path file) {
        byte[] bytes = disk.contentOf(file);
        int at = bytes.length - END_BYTES;
        ByteBuffer.wrap(bytes).putLong(at, zxidIn(file));
        seal(bytes, at + DIGEST_BYTES);
        seal(bytes, bytes.length - SEAL_BYTES);
        disk.replace(file, bytes);
    }

    /** Flips a bit of what the snapshot holds, and seals it anew as if that were right. */
    public static void flipSealed(SimulatedDisk disk, Path file, IntUnaryOperator below) {
        byte[] bytes = disk.contentOf(file);
        int end = bytes.length - END_BYTES - SEAL_BYTES;
        bytes[below.applyAsInt(end)] ^= (byte) (1 << below.applyAsInt(8));
        seal(bytes, end);
        seal(bytes, end + SEAL_BYTES + DIGEST_BYTES);
        seal(bytes, bytes.length - SEAL_BYTES);
        disk.replace(file, bytes);
    }

    private static void seal(byte[] bytes, int at) {
        Adler32 sum = new Adler32();
        sum.update(bytes, 0, at);
        ByteBuffer.wrap(bytes).putLong(at, sum.getValue());
    }

    private static long zxidIn(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('.') + 1), 16);
    }
}
