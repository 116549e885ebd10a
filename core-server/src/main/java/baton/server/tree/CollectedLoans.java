package baton.server.tree;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/** Has the garbage collector notice what is free, at a time of its own. */
final class CollectedLoans implements Loans {
    private final ReferenceQueue<ByteBuffer> returned = new ReferenceQueue<>();

    // A reference that nobody has is never returned.
    private final Set<Loan> out = new HashSet<>();

    private static final class Loan extends PhantomReference<ByteBuffer> {
        private final int bytes;

        Loan(ByteBuffer memory, ReferenceQueue<ByteBuffer> returned) {
            super(memory, returned);
            this.bytes = memory.capacity();
        }
    }

    @Override
    public void made(ByteBuffer memory) {
        out.add(new Loan(memory, returned));
    }

    @Override
    public long returnedBytes() {
        long bytes = 0;
        for (Reference<?> each = returned.poll(); each != null; each = returned.poll()) {
            if (each instanceof Loan loan && out.remove(loan)) {
                bytes += loan.bytes;
            }
        }
        return bytes;
    }
}
