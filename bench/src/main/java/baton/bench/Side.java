package baton.bench;

import baton.protocol.OpCode;
import java.io.IOException;
import java.util.Map;

/** One of the servers in a duel, with what it is asked and by whom. */
final class Side implements AutoCloseable {
    /** After so many operations of a kind nobody compiles it any more. */
    private static final int WARMING = 20_000;

    /**
     * Of load, each with the clearing behind it: what was compiled for load alone is thrown away when a server has something
     * else to do for the first time, and compiled again when load comes back.
     */
    private static final int TURNS = 2;

    /** Where they would take too long: so many turns. */
    private static final int PATIENCE = 5 * TURNS;

    private static final int EXAMPLES = 200;

    private final Workload workload;
    private final Keys keys;
    private final Target target;
    private final Loader loader;
    private long cleared;

    private Side(Workload workload, Keys keys, Target target) throws IOException {
        this.workload = workload;
        this.keys = keys;
        this.target = target;
        if (target.keepsNodes()) {
            try (Admin admin = new Admin(target.address())) {
                workload.prepare(admin, keys);
            }
        }
        loader = new Loader(target.address(), workload, workload.frames(keys));
    }

    /** Makes the nodes that are asked for, if the server keeps any, and asks for so long at least. */
    static Side warm(Workload workload, Keys keys, Target target, long nanos) throws IOException {
        Side side = new Side(workload, keys, target);
        for (int turn = 0; turn < TURNS || side.loader.done() < WARMING && turn < PATIENCE; turn++) {
            side.run(nanos / TURNS);
            side.clear();
        }
        return side;
    }

    Target target() {
        return target;
    }

    Loader.Window run(long nanos) throws IOException {
        return loader.run(nanos, workload.operationsMax());
    }

    /** @param perSecond requests, whatever becomes of them */
    Loader.Window runAt(double perSecond, long nanos) throws IOException {
        return loader.runAt(perSecond, nanos);
    }

    /** Has the server as it was before, where nodes pile up. */
    void clear() throws IOException {
        if (target.keepsNodes()) {
            try (Admin admin = new Admin(target.address())) {
                cleared = workload.clear(admin, cleared, loader.done());
            }
        }
    }

    /** Fails if the server's state does not show what was answered. */
    void verify() throws IOException {
        try (Admin admin = new Admin(target.address())) {
            workload.verify(admin, keys, loader.done() - cleared);
        } catch (IllegalStateException wrong) {
            throw new IllegalStateException(workload + " on " + target.name() + ": " + wrong.getMessage(), wrong);
        }
    }

    /** Returns how long answers to each kind of request are. */
    Map<OpCode, Integer> answerBytes() throws IOException {
        Map<OpCode, Integer> bytes = loader.answerBytes(EXAMPLES);
        clear();
        return bytes;
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
