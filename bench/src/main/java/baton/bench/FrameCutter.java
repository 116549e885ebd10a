package baton.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Cuts a stream of bytes into frames and keeps none of them: of each only how it begins is looked at, once its last byte is
 * there. Bytes may come in pieces of any size, from a buffer that many streams share. Confined to one thread.
 */
final class FrameCutter {
    /** So much of a frame can be looked at: its length and the header of an answer. */
    private static final int HEAD_BYTES = 20;

    private final Sink sink;

    /** How the frame begins whose first bytes came alone. */
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);

    /** Of the frame whose head is complete, 0 if there is none such. */
    private int missing;

    /** Is told of each frame. */
    @FunctionalInterface
    interface Sink {
        /**
         * @param bytes that hold the beginning of the frame, for now
         * @param at which of them is the first behind its length
         * @param length of all of it, which may be more than are held
         */
        void take(ByteBuffer bytes, int at, int length) throws IOException;
    }

    FrameCutter(Sink sink) {
        this.sink = sink;
    }

    /** Takes all that remains of the bytes. */
    void take(ByteBuffer bytes) throws IOException {
        if (head.position() > 0) {
            goOn(bytes);
        }
        while (bytes.remaining() >= Integer.BYTES) {
            int at = bytes.position() + Integer.BYTES;
            int length = bytes.getInt(bytes.position());
            if (bytes.limit() - at < length) {
                break;
            }
            sink.take(bytes, at, length);
            bytes.position(at + length);
        }
        if (bytes.hasRemaining()) {
            goOn(bytes);
        }
    }

    /** Takes what there is of the frame that is not complete. */
    private void goOn(ByteBuffer bytes) throws IOException {
        if (missing == 0) {
            fill(bytes, Integer.BYTES);
            if (head.position() < Integer.BYTES) {
                return;
            }
            int whole = Integer.BYTES + head.getInt(0);
            fill(bytes, Math.min(HEAD_BYTES, whole));
            if (head.position() < Math.min(HEAD_BYTES, whole)) {
                return;
            }
            missing = whole - head.position();
        }
        int skipped = Math.min(missing, bytes.remaining());
        bytes.position(bytes.position() + skipped);
        missing -= skipped;
        if (missing == 0) {
            sink.take(head, Integer.BYTES, head.getInt(0));
            head.clear();
        }
    }

    private void fill(ByteBuffer bytes, int upTo) {
        int count = Math.min(Math.max(0, upTo - head.position()), bytes.remaining());
        head.put(head.position(), bytes, bytes.position(), count);
        head.position(head.position() + count);
        bytes.position(bytes.position() + count);
    }
}
