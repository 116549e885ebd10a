package baton.recipes.contend;

import baton.core.ChangeSink;
import baton.core.CoreSession;
import baton.core.Depth;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Place;
import baton.core.Subscription;
import baton.recipes.ClientSession;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One picture of a directory for all tickets that a session has in it.
 *
 * <p>A listing is shared by all who wait for one: who asks while one is under way gets the next, because only a listing
 * that is sent after a ticket was made shows everybody before it. With many tickets it is fed: a subscription tells who
 * has left. It is never believed that somebody is gone who was not seen to be gone: a ticket that the subscription
 * missed is found gone when its turn comes to be watched. Confined to the strand of the queue.
 */
final class DirectoryView implements AutoCloseable {
    final ClientSession session;
    private final RecipeRuntime runtime;
    private final Strand strand;
    private final NodePath directory;
    private final ForeignEntries foreign;

    /** Who is there, as far as is known, in the order of arrival. */
    private final TreeMap<Place, String> present = new TreeMap<>(DirectoryView::inOrder);

    private final Map<UUID, Place> byAttempt = new HashMap<>();
    private final Map<String, Place> byName = new HashMap<>();
    /** Revision of the newest listing. */
    private long dirRev;

    private @Nullable CompletableFuture<Optional<Listing>> underWay;
    private @Nullable CompletableFuture<Optional<Listing>> next;
    /** Whether the next listing has to show everything that happened so far, and not only what this session knows of. */
    private boolean nextSettled;

    private @Nullable Subscription feed;

    DirectoryView(
            RecipeRuntime runtime, Strand strand, NodePath directory, ClientSession session, ForeignEntries foreign) {
        this.runtime = runtime;
        this.strand = strand;
        this.directory = directory;
        this.session = session;
        this.foreign = foreign;
    }

    /** Hears from now on who leaves. Idempotent. */
    void feed() {
        if (feed == null) {
            feed = session.core().subscribe(directory, Depth.CHILDREN, false, new Leavers());
        }
    }

    /** Hears of nobody any more; what is known stays true. */
    @Override
    public void close() {
        if (feed != null) {
            feed.close();
            feed = null;
        }
    }

    /** A listing that is sent after this call. Completes on the strand. */
    CompletionStage<Optional<Listing>> listing(boolean settled) {
        CompletableFuture<Optional<Listing>> mine = next;
        if (mine == null) {
            mine = new CompletableFuture<>();
            next = mine;
            nextSettled = false;
        }
        nextSettled |= settled;
        if (underWay == null) {
            send();
        }
        return mine;
    }

    /** What is before one ticket of this session. */
    Ahead before(UUID attempt, TicketRule rule) {
        return new Before(attempt, rule);
    }

    private void send() {
        CompletableFuture<Optional<Listing>> mine = next;
        if (mine == null) {
            return;
        }
        boolean settled = nextSettled;
        underWay = mine;
        next = null;
        runtime.calls(strand)
                .only(session)
                .repeatable(Deadline.NEVER, core -> settled ? settledListing(core) : core.list(directory))
                .whenComplete((names, failure) -> {
                    underWay = null;
                    if (failure != null) {
                        mine.completeExceptionally(failure);
                    } else if (settled || isNewest(names)) {
                        take(names);
                        mine.complete(names);
                    } else {
                        // From a replica that lags behind what is known: those who joined since are not in it.
                        listing(true).whenComplete((newer, refused) -> {
                            if (refused == null) {
                                mine.complete(newer);
                            } else {
                                mine.completeExceptionally(refused);
                            }
                        });
                    }
                    if (underWay == null) {
                        send();
                    }
                });
    }

    private boolean isNewest(Optional<Listing> names) {
        return names.isPresent() && names.get().dirRev() >= dirRev;
    }

    private CompletionStage<Optional<Listing>> settledListing(CoreSession core) {
        return core.settle().thenComposeAsync(done -> core.list(directory), strand);
    }

    private void take(Optional<Listing> names) {
        present.clear();
        byAttempt.clear();
        byName.clear();
        dirRev = names.map(Listing::dirRev).orElse(dirRev);
        List<Listing.Entry> entries = names.map(Listing::entries).orElse(List.of());
        for (Listing.Entry entry : entries) {
            if (entry.place().isEmpty()) {
                foreign.report(entry);
            } else {
                Place place = entry.place().get();
                present.put(place, entry.name());
                byAttempt.put(place.attempt(), place);
                byName.put(entry.name(), place);
            }
        }
    }

    private void left(String name) {
        Place place = byName.remove(name);
        if (place != null) {
            present.remove(place);
            byAttempt.remove(place.attempt());
        }
    }

    private static int inOrder(Place a, Place b) {
        return a.order() == b.order() ? 0 : a.isBefore(b) ? -1 : 1;
    }

    /** The tickets before one of this session's. */
    private final class Before implements Ahead {
        private final UUID attempt;
        private final TicketRule rule;
        private @Nullable Place mine;

        Before(UUID attempt, TicketRule rule) {
            this.attempt = attempt;
            this.rule = rule;
        }

        @Override
        public boolean read(Optional<Listing> names) {
            mine = byAttempt.get(attempt);
            return mine != null;
        }

        @Override
        public Optional<NodePath> nearest() {
            Place own = mine;
            if (own == null) {
                return Optional.empty();
            }
            for (Map.Entry<Place, String> each :
                    present.headMap(own, false).descendingMap().entrySet()) {
                if (blocks(own, each.getKey())) {
                    return Optional.of(directory.child(each.getValue()));
                }
            }
            return Optional.empty();
        }

        @Override
        public void gone(NodePath ticket) {
            left(ticket.name());
        }

        @Override
        public int count() {
            Place own = mine;
            return own == null
                    ? 0
                    : (int) present.headMap(own, false).keySet().stream()
                            .filter(place -> blocks(own, place))
                            .count();
        }

        @Override
        public boolean needsListing() {
            return feed == null && count() > 1;
        }

        private boolean blocks(Place own, Place earlier) {
            return rule.knows(earlier.label()) && rule.blocks(own, earlier);
        }
    }

    /** Takes word of those who leave. What else the subscription tells, listings tell better. */
    private final class Leavers implements ChangeSink {
        @Override
        public void reset(List<Node> all, long revision) {}

        @Override
        public void put(Node node) {}

        @Override
        public void remove(NodePath path, long revision) {
            strand.execute(() -> left(path.name()));
        }
    }
}
