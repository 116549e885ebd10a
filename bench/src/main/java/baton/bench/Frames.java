package baton.bench;

import baton.protocol.RequestHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Encoded requests to choose from; the xid, and a number in a name, are patched in. Confined to the loader's thread. */
final class Frames {
    /** Digits that a name has to have for its number. */
    static final int DIGITS = 12;

    private static final int XID_AT = 4;
    private static final int TYPE_AT = XID_AT + 4;
    private static final int PATH_AT = 4 + RequestHeader.BYTES + 4;

    private final List<byte[]> frames;
    private final Choice choice;
    private final int numberAt;
    private long number;

    /** Says which frame is next on a connection. */
    @FunctionalInterface
    interface Choice {
        /**
         * @param connection counted from 0
         * @param xid counted from 1 on each connection
         */
        int at(int connection, int xid);
    }

    private Frames(List<byte[]> frames, Choice choice, int numberAt) {
        this.frames = frames;
        this.choice = choice;
        this.numberAt = numberAt;
    }

    /** Any of them, whatever was before. */
    static Frames random(List<byte[]> frames) {
        return chosen(frames, (connection, xid) -> ThreadLocalRandom.current().nextInt(frames.size()));
    }

    static Frames chosen(List<byte[]> frames, Choice choice) {
        return new Frames(frames, choice, 0);
    }

    /** One with a number that is never the same, {@code numberAt} bytes from the beginning of its path. */
    static Frames numbered(byte[] frame, int numberAt) {
        return new Frames(List.of(frame), (connection, xid) -> 0, numberAt);
    }

    /** The next request with its xid patched in; valid until the next call. */
    byte[] next(int connection, int xid) {
        byte[] frame = frames.get(choice.at(connection, xid));
        for (int at = 0; at < 4; at++) {
            frame[XID_AT + at] = (byte) (xid >>> (24 - 8 * at));
        }
        if (numberAt > 0) {
            patchNumber(frame);
        }
        return frame;
    }

    /** What the frame asks for, as a number. */
    static int type(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(TYPE_AT);
    }

    private void patchNumber(byte[] frame) {
        long rest = number++;
        for (int at = PATH_AT + numberAt + DIGITS - 1; rest > 0; at--) {
            frame[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
