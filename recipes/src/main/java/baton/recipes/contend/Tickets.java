package baton.recipes.contend;

import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.MarkedTicket;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Reads the tickets of one directory, in the order of arrival, as the store has them at that moment.
 *
 * <p>Nodes are shown with what their owners wrote, without requests to let go. Stages complete on the listener executor;
 * they fail if the store does not answer within the client's operation timeout.
 */
public final class Tickets {
    private final RecipeRuntime runtime;
    private final Strand strand;
    private final NodePath directory;
    private final String label;

    /** @param label of the tickets; entries with another are left out */
    public Tickets(RecipeRuntime runtime, Strand strand, NodePath directory, String label) {
        this.runtime = runtime;
        this.strand = strand;
        this.directory = directory;
        this.label = label;
    }

    /** Their paths. */
    public CompletableFuture<List<NodePath>> paths() {
        return synced(session -> session.list(directory).thenApply(this::in));
    }

    /** All of them. Those that go while this reads are left out. */
    public CompletableFuture<List<Node>> all() {
        return synced(session -> session.list(directory).thenComposeAsync(names -> all(session, in(names)), strand));
    }

    /** The first who is still there. */
    public CompletableFuture<Optional<Node>> first() {
        return synced(session ->
                session.list(directory).thenComposeAsync(names -> first(session, in(names), 0), strand));
    }

    /** The tickets among the children. */
    public List<NodePath> in(Optional<Listing> names) {
        return names.stream()
                .flatMap(listing -> listing.entries().stream())
                .filter(entry -> entry.place()
                        .filter(place -> place.label().equals(label))
                        .isPresent())
                .map(entry -> directory.child(entry.name()))
                .toList();
    }

    /** A ticket with what its owner wrote. */
    public static Node asWritten(Node node) {
        return new Node(node.path(), MarkedTicket.of(node).data(), node.stat());
    }

    private <T> CompletableFuture<T> synced(Function<CoreSession, CompletionStage<T>> read) {
        Deadline deadline =
                Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
        return runtime.handOver(runtime.calls(strand)
                .repeatable(
                        deadline,
                        session -> session.settle().thenComposeAsync(settled -> read.apply(session), strand)));
    }

    private CompletionStage<List<Node>> all(CoreSession session, List<NodePath> tickets) {
        CompletionStage<List<Node>> nodes = CompletableFuture.completedFuture(new ArrayList<>());
        for (NodePath ticket : tickets) {
            nodes = nodes.thenCombine(session.read(ticket), (list, node) -> {
                node.map(Tickets::asWritten).ifPresent(list::add);
                return list;
            });
        }
        return nodes;
    }

    private CompletionStage<Optional<Node>> first(CoreSession session, List<NodePath> tickets, int index) {
        if (index == tickets.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return session.read(tickets.get(index))
                .thenComposeAsync(
                        node -> node.isPresent()
                                ? CompletableFuture.completedFuture(node.map(Tickets::asWritten))
                                : first(session, tickets, index + 1),
                        strand);
    }
}
