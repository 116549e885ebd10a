package baton.server.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file of a {@link SimulatedDisk} holds: the bytes that a reader sees and those that are durable, and between them the
 * changes that are pending, in order. Under which names it is found, if under any, is the matter of {@link FileNames}.
 */
final class FileContent {
    /** Something was done to a file: bytes written at a place, or, without bytes, cut to that size. */
    record Change(int at, byte @Nullable [] bytes) {
        int end() {
            return bytes == null ? at : at + bytes.length;
        }

        /** Returns how large a file is with it that had that size. */
        int sizeBehind(int size) {
            return bytes == null ? at : Math.max(size, end());
        }
    }

    private byte[] seen;
    private byte[] durable;

    /** What was durable before the last sync. */
    private byte[] before = new byte[0];

    private final List<Change> pending = new ArrayList<>();

    private FileContent(byte[] seen, byte[] durable) {
        this.seen = seen;
        this.durable = durable;
    }

    static FileContent empty() {
        return new FileContent(new byte[0], new byte[0]);
    }

    static FileContent durable(byte[] bytes) {
        return new FileContent(bytes.clone(), bytes.clone());
    }

    /** Arrays are shared: nobody changes one in its place but for those who let a file decay. */
    FileContent copy() {
        FileContent copy = new FileContent(seen, durable);
        copy.pending.addAll(pending);
        return copy;
    }

    // What is in it.

    int size() {
        return seen.length;
    }

    /** Returns what readers see; to be left as it is. */
    byte[] seen() {
        return seen;
    }

    /** Returns what was durable before the last sync; to be left as it is. */
    byte[] before() {
        return before;
    }

    /** Says whether nothing of it is pending, or lost already though it is seen. */
    boolean isDurable() {
        return pending.isEmpty() && Arrays.equals(seen, durable);
    }

    /** Returns how many bytes it had for that; -1 at its end. */
    int read(ByteBuffer into, int position) {
        int left = seen.length - position;
        if (left <= 0) {
            return -1;
        }
        int count = Math.min(left, into.remaining());
        into.put(seen, position, count);
        return count;
    }

    // What is done to it.

    void write(byte[] bytes, int at) {
        seen = Arrays.copyOf(seen, Math.max(seen.length, at + bytes.length));
        System.arraycopy(bytes, 0, seen, at, bytes.length);
        pending.add(new Change(at, bytes));
    }

    void truncate(int size) {
        if (size < seen.length) {
            seen = Arrays.copyOf(seen, size);
            pending.add(new Change(size, null));
        }
    }

    void sync() {
        before = durable;
        for (Change each : pending) {
            durable = Arrays.copyOf(durable, each.sizeBehind(durable.length));
            if (each.bytes != null) {
                System.arraycopy(each.bytes, 0, durable, each.at, each.bytes.length);
            }
        }
        pending.clear();
    }

    /** A sync has failed, and the next one will not do what it should have done. */
    void forgetPending() {
        pending.clear();
    }

    /** Forgets what is seen but will never be durable. */
    void evict() {
        if (pending.isEmpty()) {
            seen = durable.clone();
        }
    }

    void lose(PowerCut cut) {
        durable = cut.left(durable, pending);
        seen = durable.clone();
        pending.clear();
    }

    /** Flips one bit: for good, unless the disk has not got that far and only memory holds it. */
    void rot(int at, int bit) {
        seen[at] ^= (byte) (1 << bit);
        if (at < durable.length) {
            durable[at] ^= (byte) (1 << bit);
        }
    }

    /** Puts other bytes in the place of all, for good. */
    void replace(byte[] bytes) {
        seen = bytes.clone();
        durable = bytes.clone();
        pending.clear();
    }
}
