package baton.recipes;

import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.Expect;
import baton.core.Listing;
import baton.core.NodePath;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes nodes in the background until the store says that they are gone. One per client. For authors of recipes.
 *
 * <p>The first try goes out on the caller's thread, so that what the caller sends next arrives behind it. At most
 * {@value #WINDOW} jobs are at the store at a time. Jobs for ephemerals die with their session, which removes the
 * nodes; jobs for other nodes go on under the next session, and are reported when the client closes.
 */
public final class Reaper {
    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
    private static final int WINDOW = 32;

    private final RecipeRuntime runtime;
    private final Strand strand;
    private final Set<Job> pending = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    /** Confined to the strand. */
    private final Deque<Job> queued = new ArrayDeque<>();

    Reaper(RecipeRuntime runtime) {
        this.runtime = runtime;
        this.strand = runtime.newStrand("reaper");
    }

    /** Deletes an ephemeral of {@code session}. Completes when it is gone. */
    public CompletableFuture<Void> ephemeral(ClientSession session, NodePath path) {
        return now(session, new Job(runtime.calls(strand).only(session), path) {
            @Override
            CompletionStage<Boolean> delete(CoreSession core) {
                return core.delete(path, Expect.ANY);
            }
        });
    }

    /** As {@link #ephemeral(ClientSession, NodePath)}, together with other changes; alone if the store refuses those. */
    public CompletableFuture<Void> ephemeral(ClientSession session, NodePath path, Txn together) {
        return now(session, new Job(runtime.calls(strand).only(session), path) {
            @Override
            CompletionStage<Boolean> delete(CoreSession core) {
                return core.commit(together)
                        .thenComposeAsync(
                                result -> result instanceof TxnResult.Committed
                                        ? CompletableFuture.completedFuture(true)
                                        : core.delete(path, Expect.ANY),
                                strand);
            }
        });
    }

    /** Sends the first try on the caller's thread. */
    private CompletableFuture<Void> now(ClientSession session, Job job) {
        pending.add(job);
        if (session.hasEnded()) {
            job.finish(null);
        } else if (inFlight.incrementAndGet() > WINDOW) {
            inFlight.decrementAndGet();
            enqueue(job);
        } else {
            job.delete(session.core()).whenComplete((deleted, failure) -> {
                if (failure == null) {
                    strand.execute(() -> ended(job, null));
                } else {
                    strand.execute(() -> run(job));
                }
            });
        }
        return job.done;
    }

    /** Deletes a node that outlives sessions. Completes when it is gone. */
    public CompletableFuture<Void> persistent(NodePath path) {
        return enqueue(new Job(runtime.calls(strand), path) {
            @Override
            CompletionStage<Boolean> delete(CoreSession core) {
                return core.delete(path, Expect.ANY);
            }
        });
    }

    /** Finds and deletes what an ordered create may have left in a directory. */
    public CompletableFuture<Void> attempt(ClientSession session, NodePath directory, UUID attempt) {
        return enqueue(new Job(runtime.calls(strand).only(session), directory) {
            @Override
            CompletionStage<Boolean> delete(CoreSession core) {
                return core.settle()
                        .thenComposeAsync(settled -> core.list(directory), strand)
                        .thenComposeAsync(listing -> deleteFound(core, listing), strand);
            }

            private CompletionStage<Boolean> deleteFound(CoreSession core, Optional<Listing> listing) {
                Optional<Listing.Entry> found = listing.flatMap(names -> names.madeBy(attempt));
                return found.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : core.delete(directory.child(found.get().name()), Expect.ANY);
            }
        });
    }

    /** Nodes whose end is not confirmed yet. */
    public List<NodePath> unconfirmed() {
        List<NodePath> paths = new ArrayList<>();
        pending.forEach(job -> paths.add(job.path));
        return paths;
    }

    private CompletableFuture<Void> enqueue(Job job) {
        pending.add(job);
        strand.execute(() -> {
            queued.add(job);
            startQueued();
        });
        return job.done;
    }

    private void startQueued() {
        while (!queued.isEmpty()) {
            if (inFlight.incrementAndGet() > WINDOW) {
                inFlight.decrementAndGet();
                return;
            }
            run(queued.remove());
        }
    }

    private void run(Job job) {
        job.calls.repeatable(Deadline.NEVER, job::delete).whenComplete((deleted, failure) -> ended(job, failure));
    }

    private void ended(Job job, @Nullable Throwable failure) {
        inFlight.decrementAndGet();
        job.finish(failure);
        startQueued();
    }

    /** One node to be rid of. */
    private abstract class Job {
        final Calls calls;
        final NodePath path;
        final CompletableFuture<Void> done = new CompletableFuture<>();
        private final long since = runtime.scheduler().nowNanos();

        Job(Calls calls, NodePath path) {
            this.calls = calls;
            this.path = path;
        }

        abstract CompletionStage<Boolean> delete(CoreSession core);

        void finish(@Nullable Throwable failure) {
            CoreError code = failure == null ? null : Calls.codeOf(failure);
            boolean gone = code == null || code == CoreError.SESSION_ENDED || code == CoreError.NO_NODE;
            if (gone) {
                pending.remove(this);
                runtime.metrics()
                        .time(
                                "reap",
                                "reaper",
                                Duration.ofNanos(runtime.scheduler().nowNanos() - since));
                done.complete(null);
            } else {
                if (code != CoreError.CLOSED) {
                    LOG.warn("node not deleted path={} error={}", path, code);
                }
                done.completeExceptionally(failure);
            }
            runtime.metrics().gauge("reaper.pending", "reaper", pending.size());
        }
    }
}
