package baton.bench;

import baton.protocol.RequestHeader;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An encoded request of which little changes from one time to the next: its xid, and digits in its path. Confined to the
 * loader's thread.
 */
final class Template {
    /** Where the path of a request begins that has no other field before it. */
    static final int PATH_AT = Integer.BYTES + RequestHeader.BYTES + Integer.BYTES;

    private static final int XID_AT = Integer.BYTES;
    private static final int TYPE_AT = XID_AT + Integer.BYTES;

    private final byte[] frame;
    private final ByteBuffer view;
    private final Patch path;

    /** Changes the path. */
    private interface Patch {
        void of(byte[] frame);
    }

    private Template(byte[] frame, Patch path) {
        this.frame = frame;
        this.view = ByteBuffer.wrap(frame);
        this.path = path;
    }

    /** Always the same path. */
    static Template fixed(byte[] frame) {
        return new Template(frame, same -> {});
    }

    /** A number that is never the same, from 0 up, in so many digits that begin so far behind the beginning of the path. */
    static Template numbered(byte[] frame, int at, int digits) {
        long[] next = {0};
        return new Template(frame, each -> Digits.put(each, PATH_AT + at, digits, next[0]++));
    }

    /** Any of the keys; the frame is made for one of them. */
    static Template anyOf(Keys keys, byte[] frame) {
        return new Template(
                frame, each -> keys.putPath(ThreadLocalRandom.current().nextInt(keys.count()), each, PATH_AT));
    }

    /** The request for the next time; valid until it is asked for again. */
    byte[] next(int xid) {
        view.putInt(XID_AT, xid);
        path.of(frame);
        return frame;
    }

    /** What the frame asks for, as a number. */
    static int type(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(TYPE_AT);
    }
}
