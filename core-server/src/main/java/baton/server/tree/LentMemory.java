package baton.server.tree;

import baton.protocol.Bytes;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the heap, only so much of it at a time: what nobody has any more counts until the collector has noticed,
 * for until then it is not free either. How soon that is changes nothing that anybody is told.
 *
 * <p>Confined to one thread.
 */
final class LentMemory {
    private final long bytesMax;
    private final ReferenceQueue<ByteBuffer> returned = new ReferenceQueue<>();

    // A reference that nobody has is never returned.
    private final Set<Loan> loans = new HashSet<>();

    private long bytes;

    private static final class Loan extends PhantomReference<ByteBuffer> {
        private final int bytes;

        Loan(ByteBuffer memory, ReferenceQueue<ByteBuffer> returned) {
            super(memory, returned);
            this.bytes = memory.capacity();
        }
    }

    LentMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Returns the bytes in memory that nobody can change; null if there is not enough of it. */
    @Nullable
    ByteBuffer copyOf(Bytes source) {
        takeBack();
        if (bytes + source.size() > bytesMax) {
            return null;
        }
        ByteBuffer memory = ByteBuffer.allocateDirect(source.size());
        Loan loan = new Loan(memory, returned);
        loans.add(loan);
        bytes += loan.bytes;
        // The view keeps its memory, as all views of it do.
        return memory.put(source.unsafeArray()).flip().asReadOnlyBuffer();
    }

    private void takeBack() {
        for (Reference<?> each = returned.poll(); each != null; each = returned.poll()) {
            if (each instanceof Loan loan && loans.remove(loan)) {
                bytes -= loan.bytes;
            }
        }
    }
}
