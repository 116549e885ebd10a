package baton.recipes.queue;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.run.Deadline;
import baton.recipes.run.Waiting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One task on its way into the store. Confined to the submitter's strand.
 *
 * <p>The attempt's id is part of the task's name, so the task is found after a lost reply wherever it may have moved;
 * with an idempotency key, the key's node is the witness.
 */
final class Submission {
    /** Of a task that is found after a lost reply only the name matters. */
    private static final NodeStat NOT_LOOKED_AT = new NodeStat(0, 0, 0, Optional.empty(), 0, OptionalInt.empty());

    private final QueueLayout layout;
    private final QueueReader reader;
    private final Calls calls;
    private final Deadline deadline;
    private final String label;
    private final TaskEnvelope envelope;
    private final UUID attempt;
    private final CompletableFuture<TaskId> result = new CompletableFuture<>();

    Submission(
            QueueLayout layout,
            QueueReader reader,
            Calls calls,
            Deadline deadline,
            int priority,
            TaskEnvelope envelope,
            UUID attempt) {
        this.layout = layout;
        this.reader = reader;
        this.calls = calls;
        this.deadline = deadline;
        this.label = TaskId.labelOf(priority);
        this.envelope = envelope;
        this.attempt = attempt;
    }

    CompletableFuture<TaskId> result() {
        return result;
    }

    void fail(Throwable why) {
        result.completeExceptionally(why);
    }

    boolean isDone() {
        return result.isDone();
    }

    /**
     * Sends it.
     *
     * @param gate what the submit was counted by, if the queue is strictly bounded
     * @return false if another submit came between: count again
     */
    CompletableFuture<Boolean> send(Optional<NodeStat> gate) {
        CreateSpec spec = CreateSpec.ordered(
                layout.tasks(), Ordering.labelled(label), envelope.encode(), Lifetime.PERSISTENT, attempt);
        String key = envelope.terms().keyHash();
        return key.isEmpty() && gate.isEmpty() ? create(spec) : commit(spec, key, gate);
    }

    private CompletableFuture<Boolean> create(CreateSpec spec) {
        CompletableFuture<NodePath> call = calls.resolved(
                deadline,
                core -> core.create(spec).thenApply(Created::path),
                core -> reader.find(attempt).thenApply(found -> found.map(id -> layout.task(id.name()))));
        return mended(
                call.thenApply(path -> {
                    result.complete(new TaskId(path.name()));
                    return true;
                }),
                () -> create(spec));
    }

    private CompletableFuture<Boolean> commit(CreateSpec spec, String key, Optional<NodeStat> gate) {
        Txn.Builder txn = Txn.builder().create(spec);
        if (!key.isEmpty()) {
            txn.create(CreateSpec.plain(layout.key(key), Payload.utf8(attempt.toString()), Lifetime.PERSISTENT));
        }
        gate.ifPresent(seen -> txn.write(layout.gate(), Payload.EMPTY, Expect.unchanged(seen)));
        Txn built = txn.build();
        CompletableFuture<TxnResult> call = calls.resolved(deadline, core -> core.commit(built), this::committed);
        return mended(call.thenCompose(outcome -> decided(outcome, built, key)), () -> commit(spec, key, gate));
    }

    private CompletionStage<Optional<TxnResult>> committed(CoreSession core) {
        return reader.find(attempt)
                .thenApply(found -> found.map(id -> new TxnResult.Committed(
                        List.of(Optional.of(new Created(layout.task(id.name()), NOT_LOOKED_AT))))));
    }

    private CompletableFuture<Boolean> decided(TxnResult outcome, Txn txn, String key) {
        if (outcome instanceof TxnResult.Committed done) {
            String name = done.created().get(0).orElseThrow().path().name();
            result.complete(new TaskId(name));
            if (!key.isEmpty()) {
                // Saves later submits with this key the search; they find the task without it too.
                Payload both = Payload.utf8(attempt + "\n" + name);
                calls.repeatable(deadline, core -> core.write(layout.key(key), both, Expect.ANY));
            }
            return CompletableFuture.completedFuture(true);
        }
        TxnResult.Refused refused = (TxnResult.Refused) outcome;
        Txn.Op op = txn.ops().get(refused.index());
        if (op instanceof Txn.Write) {
            return CompletableFuture.completedFuture(false);
        }
        if (refused.error() == CoreError.NODE_EXISTS
                && !key.isEmpty()
                && op.path().equals(layout.key(key))) {
            return takeExisting(key);
        }
        return CompletableFuture.failedFuture(new CoordinationException(
                refused.error(), refused.path(), "submit refused at " + refused.path() + ": " + refused.error()));
    }

    /** Somebody submitted with this key before. */
    private CompletableFuture<Boolean> takeExisting(String key) {
        return reader.read(layout.key(key)).thenCompose(node -> {
            if (node.isEmpty()) {
                // Acknowledged between our two looks: the key is free again.
                return CompletableFuture.completedFuture(false);
            }
            String[] parts = node.get().data().utf8().split("\n", 2);
            if (parts.length == 2) {
                result.complete(new TaskId(parts[1]));
                return CompletableFuture.completedFuture(true);
            }
            return reader.find(UUID.fromString(parts[0])).thenApply(found -> {
                found.ifPresentOrElse(
                        result::complete,
                        () -> fail(new UnknownTaskException(layout.root(), new TaskId("with-key-" + key))));
                return true;
            });
        });
    }

    /** Makes a missing directory and repeats; hands other failures to whoever waits. */
    private CompletableFuture<Boolean> mended(
            CompletableFuture<Boolean> call, Supplier<CompletableFuture<Boolean>> again) {
        return call.handle((value, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(value);
                    }
                    if (Calls.codeOf(failure) != CoreError.NO_NODE) {
                        fail(Waiting.causeOf(failure));
                        return CompletableFuture.completedFuture(true);
                    }
                    return calls.repeatable(deadline, core -> core.ensureDir(layout.tasks()))
                            .thenCompose(made -> calls.repeatable(deadline, core -> core.ensureDir(layout.keys())))
                            .thenCompose(made -> again.get())
                            .exceptionally(hopeless -> {
                                fail(Waiting.causeOf(hopeless));
                                return true;
                            });
                })
                .thenCompose(next -> next);
    }
}
