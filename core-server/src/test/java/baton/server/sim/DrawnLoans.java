package baton.server.sim;

import baton.server.tree.Loans;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;

/**
 * A collector of garbage that notices what it likes, oldest first, even what somebody still has: chance decides, so that what
 * the one of this process does at a time of its own makes no difference. Rule DT-3.
 */
public final class DrawnLoans implements Loans {
    private static final int NOTICED_ONE_IN = 3;

    private final RandomGenerator chance;
    private final IntConsumer lent;
    private final ArrayDeque<Integer> out = new ArrayDeque<>();

    public DrawnLoans(RandomGenerator chance) {
        this(chance, bytes -> {});
    }

    /** @param lent is told of each loan */
    public DrawnLoans(RandomGenerator chance, IntConsumer lent) {
        this.chance = chance;
        this.lent = lent;
    }

    @Override
    public void made(ByteBuffer memory) {
        out.add(memory.capacity());
        lent.accept(memory.capacity());
    }

    @Override
    public long returnedBytes() {
        long bytes = 0;
        while (!out.isEmpty() && chance.nextInt(NOTICED_ONE_IN) == 0) {
            bytes += out.remove();
        }
        return bytes;
    }
}
