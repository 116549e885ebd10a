package baton.recipes.contend;

import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Backoff;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One try to get a ticket and be the first in line, under one session.
 *
 * <pre>
 *   JOINING ──created──▶ IN_LINE
 *    ▲    │ reply lost      ▲
 *    │    ▼                 │
 *    └ IN_DOUBT ──found─────┘
 * </pre>
 *
 * <p>Whatever becomes of it, its ticket is seen to: the ticket belongs to the attempt until the attempt is over, and to
 * the reaper from then on. What arrives when it is over is let go. Confined to the strand.
 */
final class Attempt {
    private enum Stage {
        JOINING,
        IN_DOUBT,
        IN_LINE
    }

    final ClientSession session;
    private final UUID id;
    private final RecipeRuntime runtime;
    private final Strand strand;
    private final ContendSpec spec;
    private final Backoff backoff;
    private final AttemptEvents events;
    private final Line line;
    private final OwnTicket own;
    private final Optional<DirectoryView> view;
    private boolean over;
    /** Writer: the strand. */
    private volatile Stage stage = Stage.JOINING;
    /** Writer: the strand. */
    private volatile @Nullable Created ticket;

    /**
     * @param view shared with other attempts of the session in this directory, if there are some
     * @param foreign told of entries that are none of the recipe's
     * @param backoff between creates that went wrong; shared with the attempts before and after
     */
    Attempt(
            RecipeRuntime runtime,
            Strand strand,
            ContendSpec spec,
            ClientSession session,
            Optional<DirectoryView> view,
            ForeignEntries foreign,
            Backoff backoff,
            AttemptEvents events) {
        this.runtime = runtime;
        this.strand = strand;
        this.spec = spec;
        this.session = session;
        this.view = view;
        this.backoff = backoff;
        this.events = events;
        this.id = runtime.scheduler().newId();
        this.own = new OwnTicket(this, runtime.scheduler(), strand, events);
        Ahead ahead =
                view.map(shared -> shared.before(id, spec.rule())).orElseGet(() -> new ListedAhead(spec, id, foreign));
        this.line = new Line(this, runtime, strand, spec, ahead, events, own::watchOnce);
    }

    UUID id() {
        return id;
    }

    /** Its ticket, while it has one. From any thread. */
    Optional<Created> ticket() {
        return Optional.ofNullable(ticket);
    }

    NodePath path() {
        return made().path();
    }

    Created made() {
        Created made = ticket;
        if (made == null) {
            throw new IllegalStateException("no ticket in stage " + stage + " of " + spec.directory());
        }
        return made;
    }

    /** Where it stands in line. */
    Line line() {
        return line;
    }

    OwnTicket own() {
        return own;
    }

    /** For people. From any thread. */
    String stageName() {
        return stage == Stage.IN_LINE ? line.stageName() : stage.name();
    }

    /** The same session is back: whatever was read or armed before may be out of date. */
    void resumed(boolean held) {
        if (ticket == null) {
            // Calls under way go on by themselves.
            return;
        }
        own.watchAnew();
        if (!held) {
            line.readAgain();
        }
    }

    /** Ends it. Its ticket is somebody else's to delete. */
    void end() {
        over = true;
        line.leave();
        own.forget();
    }

    /** Ends it, and has the reaper see to whatever there may be of a ticket. What is on its way follows when it arrives. */
    CompletableFuture<Void> drop() {
        CompletableFuture<Void> gone = CompletableFuture.completedFuture(null);
        if (ticket != null) {
            gone = runtime.reaper().ephemeral(session, path());
        } else if (stage == Stage.IN_DOUBT) {
            gone = runtime.reaper().attempt(session, spec.directory(), id);
        }
        end();
        return gone;
    }

    // Joining.

    /**
     * A listing of its own goes out right behind the create and so sees its entry: an uncontended grant takes one round
     * trip. Where others of the session are in line, one listing serves all of them.
     */
    void join() {
        stage = Stage.JOINING;
        CoreSession core = session.core();
        CompletionStage<Created> creating = core.create(CreateSpec.ordered(
                spec.directory(), Ordering.ticket(spec.label()), spec.data(), Lifetime.EPHEMERAL, id));
        if (view.isPresent()) {
            creating.whenComplete((created, refused) -> strand.execute(() -> joined(created, refused, null)));
            return;
        }
        CompletionStage<Optional<Listing>> listing = core.list(spec.directory());
        creating.whenComplete((created, refused) -> listing.whenComplete(
                (names, unread) -> strand.execute(() -> joined(created, refused, unread == null ? names : null))));
    }

    private void joined(Created made, @Nullable Throwable refused, @Nullable Optional<Listing> names) {
        if (refused != null) {
            notCreated(Waiting.causeOf(refused));
        } else {
            created(made, names);
        }
    }

    private void created(Created made, @Nullable Optional<Listing> names) {
        if (over) {
            // Abandoned, or its session was given up, while the reply was on its way.
            runtime.reaper().ephemeral(session, made.path());
            return;
        }
        ticket = made;
        stage = Stage.IN_LINE;
        if (names == null) {
            line.readAgain();
        } else {
            line.read(names);
        }
    }

    private void notCreated(Throwable failure) {
        CoreError code = Calls.codeOf(failure);
        if (over) {
            if (code == CoreError.IN_DOUBT) {
                runtime.reaper().attempt(session, spec.directory(), id);
            }
            return;
        }
        switch (code) {
            case NO_NODE:
                // Never used, or reaped while it was empty.
                call(core -> core.ensureDir(spec.directory()), made -> join());
                break;
            case IN_DOUBT:
                runtime.metrics().count("in_doubt", spec.recipe(), "create");
                stage = Stage.IN_DOUBT;
                probe();
                break;
            case UNAVAILABLE:
                stage = Stage.IN_DOUBT;
                later(() -> {
                    if (!over) {
                        // Waits until the session is live again; not applied, so it may go out as it was.
                        call(core -> CompletableFuture.<Void>completedFuture(null), live -> join());
                    }
                });
                break;
            default:
                failed(failure);
        }
    }

    /** The reply of the create was lost: look for its entry, once nothing of it can be on its way any more. */
    private void probe() {
        call(core -> listing(core, true), names -> {
            Optional<Listing.Entry> entry = names.flatMap(listing -> listing.madeBy(id));
            if (entry.isEmpty()) {
                join();
                return;
            }
            NodePath path = spec.directory().child(entry.get().name());
            call(core -> core.stat(path), stat -> adopt(path, stat, names));
        });
    }

    private void adopt(NodePath path, Optional<NodeStat> stat, Optional<Listing> names) {
        if (stat.isEmpty()) {
            events.gone();
            return;
        }
        ticket = new Created(path, stat.get());
        stage = Stage.IN_LINE;
        line.read(names);
    }

    // Calls of the store.

    /**
     * Lists the directory, as it is after this call at the earliest.
     *
     * @param settled whether it has to show everything that happened so far, and not only what this session knows of
     */
    CompletionStage<Optional<Listing>> listing(CoreSession core, boolean settled) {
        if (view.isPresent()) {
            return view.get().listing(settled);
        }
        return settled
                ? core.settle().thenComposeAsync(done -> core.list(spec.directory()), strand)
                : core.list(spec.directory());
    }

    <T> void call(Function<CoreSession, CompletionStage<T>> operation, Consumer<T> then) {
        call(operation, then, unused -> {});
    }

    /** Calls the store; what arrives when the attempt is over is given to {@code letGo}. */
    <T> void call(Function<CoreSession, CompletionStage<T>> operation, Consumer<T> then, Consumer<T> letGo) {
        runtime.calls(strand)
                .only(session)
                .repeatable(Deadline.NEVER, operation)
                .whenComplete((value, failure) -> {
                    if (failure == null) {
                        (over ? letGo : then).accept(value);
                    } else if (!over) {
                        failed(Waiting.causeOf(failure));
                    }
                });
    }

    private void failed(Throwable failure) {
        if (Calls.codeOf(failure) == CoreError.SESSION_ENDED) {
            events.sessionOver();
        } else {
            events.refused(failure);
        }
    }

    private void later(Runnable task) {
        runtime.scheduler().schedule(backoff.next(runtime.scheduler().jitter()), () -> strand.execute(task));
    }
}
