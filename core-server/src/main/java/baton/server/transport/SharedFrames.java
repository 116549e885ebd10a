package baton.server.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What many clients of a loop get alike and wait for: one frame, or several one after the other. For each of them it is
 * but a reference, until its turn comes.
 *
 * <p>Those who wait for the same get the same next: whoever asks first for what comes {@link #then} makes it for all.
 *
 * <p>Confined to a loop; nobody changes the frames.
 */
public final class SharedFrames {
    private final @Nullable SharedFrames before;
    private final byte[] frame;
    private final int bytes;

    private @Nullable SharedFrames next;

    /** Makes what begins with the frame. */
    public SharedFrames(byte[] frame) {
        this(null, frame, frame.length);
    }

    private SharedFrames(@Nullable SharedFrames before, byte[] frame, int bytes) {
        this.before = before;
        this.frame = frame;
        this.bytes = bytes;
    }

    /** Returns these frames and the last one of the others behind them. */
    SharedFrames then(SharedFrames others) {
        SharedFrames known = next;
        if (known == null || known.frame != others.frame) {
            known = new SharedFrames(this, others.frame, bytes + others.frame.length);
            next = known;
        }
        return known;
    }

    /** Number of bytes in the last frame. */
    public int lastBytes() {
        return frame.length;
    }

    /** Number of bytes in all frames. */
    int bytes() {
        return bytes;
    }

    /** Writes all frames in order. */
    void writeTo(ByteBuf target) {
        target.ensureWritable(bytes);
        int end = target.writerIndex() + bytes;
        target.writerIndex(end);
        for (SharedFrames each = this; each != null; each = each.before) {
            end -= each.frame.length;
            target.setBytes(end, each.frame);
        }
    }
}
