package baton.server.sim.world;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes that come in pieces, cut into frames of {@code length:int32} and that many bytes. */
final class FrameBuffer {
    private static final int LENGTH_BYTES = 4;

    private byte[] bytes = new byte[0];

    void add(byte[] more) {
        int before = bytes.length;
        bytes = Arrays.copyOf(bytes, before + more.length);
        System.arraycopy(more, 0, bytes, before, more.length);
    }

    /** Returns the next whole frame with its length; null if there is none. */
    byte @Nullable [] next() {
        if (bytes.length < LENGTH_BYTES) {
            return null;
        }
        int end = LENGTH_BYTES + ByteBuffer.wrap(bytes).getInt();
        if (bytes.length < end) {
            return null;
        }
        byte[] frame = Arrays.copyOf(bytes, end);
        bytes = Arrays.copyOfRange(bytes, end, bytes.length);
        return frame;
    }
}
