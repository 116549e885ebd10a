package baton.recipes.contend;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.RecipeRuntime;
import baton.recipes.json.Json;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who was let in last, and whether that holder left in order: {@code {"granted":token,"released":token}} in the data of
 * the directory. Where directories are no nodes of their own, who is let in makes this one a node; the books say so, and
 * whoever leaves in order deletes it: no books are clean books.
 *
 * <p>Who is first in line reads it. If the last holder vanished without releasing, it waits for the lock delay before it
 * enters itself, so that what the vanished one has under way can arrive before anything new begins. Entering is one
 * transaction with the condition that its ticket is there; releasing is one with the deletion of the ticket. Confined to
 * the strand, except what is static.
 */
final class Ledger {
    private static final Entry BLANK = new Entry(0, 0, false);

    private final RecipeRuntime runtime;
    private final Strand strand;
    private final NodePath directory;
    private final Duration delay;
    private Scheduler.Timer timer = () -> {};
    /** What was begun before this was raised has nothing to say any more. */
    private int step;
    /** Whether the node of the books is there for them only. Writer: the strand. */
    private volatile boolean made;

    Ledger(RecipeRuntime runtime, Strand strand, ContendSpec spec) {
        this.runtime = runtime;
        this.strand = strand;
        this.directory = spec.directory();
        this.delay = spec.lockDelay();
    }

    /** Enters the first in line, when its time has come. Begins anew if it was under way. */
    void enter(Attempt attempt, AttemptEvents events, Runnable entered) {
        leave();
        int mine = step;
        attempt.call(core -> core.read(directory), node -> {
            if (mine != step) {
                return;
            }
            Optional<Entry> last = node.isEmpty() ? Optional.of(BLANK) : Entry.parse(node.get());
            if (last.isEmpty()) {
                events.refused(new CoordinationException(
                        CoreError.UNSUPPORTED,
                        directory,
                        "lockDelay keeps its books in the data of " + directory
                                + ", which holds something else: use a path of its own"));
                return;
            }
            Txn entry = entry(attempt, node, last.get());
            if (last.get().isClean() || last.get().granted() == token(attempt)) {
                write(mine, entry, attempt, events, entered);
            } else {
                timer = runtime.scheduler()
                        .schedule(
                                delay,
                                () -> strand.execute(() -> {
                                    if (mine == step) {
                                        write(mine, entry, attempt, events, entered);
                                    }
                                }));
            }
        });
    }

    /** Forgets what is under way. */
    void leave() {
        step++;
        timer.cancel();
    }

    /** What the holder changes when it releases. From any thread. */
    Txn release(NodePath ticket, long token) {
        Txn.Builder txn = Txn.builder().delete(ticket, Expect.ANY);
        return made
                ? txn.delete(directory, Expect.ANY).build()
                : txn.write(directory, new Entry(token, token, false).toPayload(), Expect.ANY)
                        .build();
    }

    /** Nobody else is first while the ticket is there, so nobody else writes, and writing twice is as good as once. */
    private Txn entry(Attempt attempt, Optional<Node> found, Entry last) {
        made = found.isEmpty() || last.made();
        Payload data = new Entry(token(attempt), last.released(), made).toPayload();
        Txn.Builder txn = Txn.builder().require(attempt.path());
        return found.isPresent()
                ? txn.write(directory, data, Expect.ANY).build()
                : txn.create(CreateSpec.plain(directory, data, Lifetime.PERSISTENT))
                        .build();
    }

    private void write(int mine, Txn entry, Attempt attempt, AttemptEvents events, Runnable entered) {
        attempt.call(core -> core.commit(entry), result -> {
            if (mine != step) {
                return;
            }
            if (result instanceof TxnResult.Refused refused) {
                refused(refused, attempt, events, entered);
            } else {
                entered.run();
            }
        });
    }

    private void refused(TxnResult.Refused refused, Attempt attempt, AttemptEvents events, Runnable entered) {
        if (refused.index() == 0) {
            events.gone();
        } else if (refused.error() == CoreError.NO_NODE || refused.error() == CoreError.NODE_EXISTS) {
            // It came or went since it was read; it may have come with this very entry, whose reply was lost.
            enter(attempt, events, entered);
        } else {
            events.refused(new CoordinationException(
                    refused.error(),
                    directory,
                    "lockDelay keeps its books in the data of " + directory + ", which the store refuses: "
                            + refused.error()));
        }
    }

    private static long token(Attempt attempt) {
        return attempt.made().stat().createRev();
    }

    /**
     * What the ledger says.
     *
     * @param made whether its node was made for it
     */
    private record Entry(long granted, long released, boolean made) {
        boolean isClean() {
            return granted == released;
        }

        Payload toPayload() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("granted", granted);
            fields.put("released", released);
            if (made) {
                fields.put("made", true);
            }
            return Payload.utf8(Json.write(fields));
        }

        static Optional<Entry> parse(Node node) {
            if (node.data().equals(Payload.EMPTY)) {
                return Optional.of(BLANK);
            }
            try {
                Map<String, ?> fields = Json.readObject(node.data().utf8());
                return fields.get("granted") instanceof Long granted && fields.get("released") instanceof Long released
                        ? Optional.of(new Entry(granted, released, Boolean.TRUE.equals(fields.get("made"))))
                        : Optional.empty();
            } catch (IllegalArgumentException foreign) {
                return Optional.empty();
            }
        }
    }
}
