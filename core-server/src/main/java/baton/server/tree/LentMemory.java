package baton.server.tree;

import baton.protocol.Bytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the heap, only so much of it at a time: what nobody has any more counts until that is noticed, for until
 * then it is not free either. How soon it is changes nothing that anybody is told.
 *
 * <p>Confined to one thread.
 */
final class LentMemory {
    private final long bytesMax;
    private final Loans loans;
    private long bytes;

    LentMemory(long bytesMax, Loans loans) {
        this.bytesMax = bytesMax;
        this.loans = loans;
    }

    /** Returns the bytes in memory that nobody can change; null if there is not enough of it. */
    @Nullable
    ByteBuffer copyOf(Bytes source) {
        bytes -= loans.returnedBytes();
        if (bytes + source.size() > bytesMax) {
            return null;
        }
        ByteBuffer memory = ByteBuffer.allocateDirect(source.size());
        loans.made(memory);
        bytes += source.size();
        // The view keeps its memory, as all views of it do.
        return memory.put(source.unsafeArray()).flip().asReadOnlyBuffer();
    }
}
