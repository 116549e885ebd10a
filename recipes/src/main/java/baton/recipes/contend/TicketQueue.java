package baton.recipes.contend;

import baton.core.NodePath;
import baton.recipes.ClientSession;
import baton.recipes.ClosedException;
import baton.recipes.Description;
import baton.recipes.LossReason;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.RevocationRequest;
import baton.recipes.run.Strand;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The line of one process before one directory, shared by all recipe objects of a client that work on it.
 *
 * <p>In mode SHARED only the head of the line has a ticket; when it is done the next one gets a ticket of its own, and
 * so a token of its own. In mode STRICT every request has a ticket at once. A queue exists while somebody stands in it.
 */
public final class TicketQueue implements OpenRecipe {
    private static final String KIND = "TicketQueue";
    /** With more tickets than this, and until there are half as many, a subscription tells who leaves. */
    private static final int UNFED_MAX = 64;

    private final RecipeRuntime runtime;
    private final Queues queues;
    private final NodePath directory;
    private final Strand strand;
    /** Confined to the strand: who waits here, in order. */
    private final Set<QueueRequest> line = new LinkedHashSet<>();
    /** Confined to the strand: who has a contender at the store. */
    private final Set<QueueRequest> atStore = new LinkedHashSet<>();
    /** Writer: the strand. */
    private volatile @Nullable QueueRequest head;
    /** What the tickets of one session share; with one ticket there is nothing to share. Confined to the strand. */
    private @Nullable DirectoryView view;
    /** Confined to the strand. */
    private boolean closed;
    /** Threads that hold something granted here. */
    private final Set<Thread> holders = ConcurrentHashMap.newKeySet();
    /** How many wait here. Writer: the strand. */
    private volatile int waiting;
    /** How many have a contender. Writer: the strand. */
    private volatile int contending;
    /** Requests that are not done. Guarded by the map of the queues. */
    private int pins;

    private TicketQueue(RecipeRuntime runtime, Queues queues, NodePath directory) {
        this.runtime = runtime;
        this.queues = queues;
        this.directory = directory;
        this.strand = runtime.newStrand("queue " + directory);
    }

    /**
     * Gets in line. The request is pinned to the queue of its directory until it is done.
     *
     * @param revocability what to tell of requests to let go of its ticket
     */
    public static QueueRequest enter(
            RecipeRuntime runtime, ContendSpec spec, QueueMode mode, boolean tryOnly, Revocability<?> revocability) {
        runtime.ensureRunning();
        TicketQueue queue = Queues.of(runtime).pin(spec.directory());
        QueueRequest request = new QueueRequest(queue, spec, mode, tryOnly, revocability);
        queue.strand.execute(() -> queue.admit(request));
        return request;
    }

    /** Whether a thread holds what it was granted in a directory, through whatever object of this client. */
    public static boolean isHeldBy(RecipeRuntime runtime, NodePath directory, Thread thread) {
        TicketQueue queue = Queues.of(runtime).existing(directory);
        return queue != null && queue.holders.contains(thread);
    }

    /** Notes that a thread holds a grant of this directory, until the grant ends. */
    public static void heldBy(RecipeRuntime runtime, NodePath directory, Thread thread) {
        TicketQueue queue = Queues.of(runtime).existing(directory);
        if (queue != null) {
            queue.holders.add(thread);
        }
    }

    public static void heldNoMoreBy(RecipeRuntime runtime, NodePath directory, Thread thread) {
        TicketQueue queue = Queues.of(runtime).existing(directory);
        if (queue != null) {
            queue.holders.remove(thread);
        }
    }

    @Override
    public Description describe() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("waiting", waiting);
        fields.put("atStore", contending);
        QueueRequest first = head;
        Contender contender = first == null ? null : first.contender;
        if (contender != null) {
            contender.describe(fields);
        }
        return new Description(KIND, directory, fields);
    }

    @Override
    public CompletionStage<Void> clientCloses() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        strand.execute(() -> {
            closed = true;
            ClosedException why =
                    new ClosedException("client " + runtime.settings().clientId());
            List.copyOf(line).forEach(request -> {
                request.fail(why);
                end(request);
            });
            List.copyOf(atStore).forEach(request -> {
                request.fail(why);
                close(request);
            });
            done.complete(null);
        });
        return done;
    }

    // Confined to the strand.

    private void admit(QueueRequest request) {
        if (closed) {
            request.fail(new ClosedException("client " + runtime.settings().clientId()));
            end(request);
        } else if (request.isDecided()) {
            end(request);
        } else if (request.mode == QueueMode.STRICT) {
            contend(request);
        } else if (request.tryOnly && (head != null || !line.isEmpty())) {
            request.refuse();
            end(request);
        } else {
            line.add(request);
            advance();
        }
        note();
    }

    private void advance() {
        while (head == null && !line.isEmpty()) {
            QueueRequest next = line.iterator().next();
            line.remove(next);
            head = next;
            contend(next);
        }
        note();
    }

    private void contend(QueueRequest request) {
        atStore.add(request);
        Contender contender = new Contender(
                runtime, strand, request.spec, new Outcome(request), session -> viewOf(session, request.spec));
        request.contender = contender;
        contender.start();
    }

    private void end(QueueRequest request) {
        line.remove(request);
        atStore.remove(request);
        request.contender = null;
        if (atStore.size() <= UNFED_MAX / 2 && view != null) {
            view.close();
        }
        if (head == request) {
            head = null;
            advance();
        }
        note();
        queues.unpin(this);
    }

    private Optional<DirectoryView> viewOf(ClientSession session, ContendSpec spec) {
        if (atStore.size() < 2) {
            return Optional.empty();
        }
        DirectoryView shared = view;
        if (shared == null || shared.session != session) {
            if (shared != null) {
                shared.close();
            }
            shared = new DirectoryView(runtime, strand, directory, session, new ForeignEntries(runtime, spec));
            view = shared;
        }
        if (atStore.size() > UNFED_MAX) {
            shared.feed();
        }
        return Optional.of(shared);
    }

    private void close(QueueRequest request) {
        Contender contender = request.contender;
        if (contender != null) {
            contender.take(LossReason.CLOSED_CLIENT);
        }
    }

    void withdrawn(QueueRequest request) {
        strand.execute(() -> {
            Contender contender = request.contender;
            if (contender != null) {
                contender.abandon();
            } else if (line.contains(request)) {
                end(request);
            }
        });
    }

    int before(QueueRequest request) {
        Contender contender = request.contender;
        return contender == null ? waiting : contender.before();
    }

    private void note() {
        waiting = line.size();
        contending = atStore.size();
        runtime.metrics().gauge("waiting", KIND, waiting);
    }

    /** What becomes of one request at the store. */
    private final class Outcome implements ContenderEvents {
        private final QueueRequest request;

        Outcome(QueueRequest request) {
            this.request = request;
        }

        @Override
        public void granted(TicketGrant grant) {
            note();
            if (!request.grant(grant)) {
                grant.close();
            }
        }

        @Override
        public void waiting(int before) {
            note();
            if (request.tryOnly) {
                request.withdraw();
            }
        }

        @Override
        public void asked(RevocationRequest asked, Runnable takeAway) {
            request.asked(asked, takeAway);
        }

        @Override
        public void failed(Throwable failure) {
            request.fail(failure);
        }

        @Override
        public void over() {
            // Withdrawn, lost or released. For one who still waits there is nothing to come.
            request.refuse();
            end(request);
        }
    }

    /** The queues of one client. */
    private static final class Queues {
        private final RecipeRuntime runtime;
        private final ConcurrentHashMap<NodePath, TicketQueue> byDirectory = new ConcurrentHashMap<>();

        Queues(RecipeRuntime runtime) {
            this.runtime = runtime;
        }

        static Queues of(RecipeRuntime runtime) {
            return runtime.shared(Queues.class, () -> new Queues(runtime));
        }

        @Nullable
        TicketQueue existing(NodePath directory) {
            return byDirectory.get(directory);
        }

        TicketQueue pin(NodePath directory) {
            return byDirectory.compute(directory, (path, present) -> {
                TicketQueue queue = present;
                if (queue == null) {
                    queue = new TicketQueue(runtime, this, path);
                    runtime.opened(queue);
                }
                queue.pins++;
                return queue;
            });
        }

        void unpin(TicketQueue queue) {
            byDirectory.computeIfPresent(queue.directory, (path, present) -> {
                if (--present.pins > 0) {
                    return present;
                }
                runtime.closed(present);
                return null;
            });
        }
    }
}
