package baton.server.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.GZIPOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/**
 * A snapshot with a digest and a last zxid, as both servers send it, changed in a place and sealed again: what no checksum
 * finds.
 */
final class SentSnapshotBytes {
    private static final int SEAL_BYTES = 13;
    private static final int DIGEST_SECTION_BYTES = 20;
    private static final int LAST_SECTION_BYTES = 8;

    private final byte[] bytes;

    SentSnapshotBytes(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    private int lastSection() {
        return bytes.length - SEAL_BYTES - LAST_SECTION_BYTES;
    }

    private int digestSection() {
        return lastSection() - SEAL_BYTES - DIGEST_SECTION_BYTES;
    }

    /** Returns the same with another last zxid. */
    byte[] withZxid(long zxid) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.putLong(digestSection(), zxid);
        buffer.putLong(lastSection(), zxid);
        return sealed();
    }

    /** Returns the same with another digest. */
    byte[] withDigest(long digest) {
        ByteBuffer.wrap(bytes).putLong(digestSection() + 12, digest);
        return sealed();
    }

    /** Returns the same with the digest said to be of another transaction. */
    byte[] withDigestZxid(long zxid) {
        ByteBuffer.wrap(bytes).putLong(digestSection(), zxid);
        return sealed();
    }

    /** Returns the same as releases write it that tell a digest and no last zxid. */
    byte[] withoutLastZxid() {
        return Arrays.copyOf(bytes, lastSection());
    }

    /** Returns the same with a path, or other text, in place of another of the same length. */
    byte[] withText(String from, String to) {
        byte[] sought = from.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at + sought.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + sought.length, sought, 0, sought.length)) {
                System.arraycopy(to.getBytes(StandardCharsets.UTF_8), 0, bytes, at, sought.length);
                return sealed();
            }
        }
        throw new IllegalArgumentException("there is no " + from);
    }

    private byte[] sealed() {
        for (int seal :
                new int[] {digestSection() - SEAL_BYTES, lastSection() - SEAL_BYTES, bytes.length - SEAL_BYTES}) {
            Adler32 sum = new Adler32();
            sum.update(bytes, 0, seal);
            ByteBuffer.wrap(bytes).putLong(seal, sum.getValue());
        }
        return bytes;
    }

    /** Returns what came before the sections that not all releases write. */
    byte[] withoutSections() {
        return Arrays.copyOf(bytes, digestSection());
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    static byte[] snappy(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new SnappyOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}
