package baton.recipes.latch;

import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.FencingToken;
import baton.recipes.OwnerInfo;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Reads who takes part in an election. */
final class Election {
    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final Strand strand;

    Election(RecipeRuntime runtime, NodePath directory, Strand strand) {
        this.runtime = runtime;
        this.directory = directory;
        this.strand = strand;
    }

    /** Everybody, in the order of arrival. Those who leave while this reads are left out. */
    CompletableFuture<List<Participant>> participants() {
        return synced(session ->
                session.list(directory).thenComposeAsync(names -> all(session, tickets(names)), strand));
    }

    /** The first who is still there. */
    CompletableFuture<Participant> leader() {
        return synced(session ->
                session.list(directory).thenComposeAsync(names -> first(session, tickets(names), 0), strand));
    }

    /** The tickets among the children, in the order of arrival. */
    static List<String> tickets(Optional<Listing> names) {
        return names.stream()
                .flatMap(listing -> listing.entries().stream())
                .filter(entry -> entry.place()
                        .filter(place -> place.label().equals(Candidacy.LABEL))
                        .isPresent())
                .map(Listing.Entry::name)
                .toList();
    }

    Participant participant(Node node, boolean leads) {
        Candidacy said = Candidacy.parse(node.data());
        FencingToken token =
                new FencingToken(runtime.tokenScope(directory), node.stat().createRev());
        return new Participant(
                said.id(), leads, said.announcement().isPresent(), token, node.path(), OwnerInfo.parse(node.data()));
    }

    Participant nobody() {
        return Participant.none(runtime.tokenScope(directory), directory);
    }

    private <T> CompletableFuture<T> synced(Function<CoreSession, CompletionStage<T>> read) {
        Deadline deadline =
                Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
        return runtime.handOver(runtime.calls(strand)
                .repeatable(
                        deadline,
                        session -> session.settle().thenComposeAsync(settled -> read.apply(session), strand)));
    }

    private CompletionStage<List<Participant>> all(CoreSession session, List<String> tickets) {
        CompletionStage<List<Node>> nodes = CompletableFuture.completedFuture(new ArrayList<>());
        for (String ticket : tickets) {
            nodes = nodes.thenCombine(session.read(directory.child(ticket)), (list, node) -> {
                node.ifPresent(list::add);
                return list;
            });
        }
        return nodes.thenApply(list -> {
            List<Participant> participants = new ArrayList<>();
            list.forEach(node -> participants.add(participant(node, participants.isEmpty())));
            return List.copyOf(participants);
        });
    }

    private CompletionStage<Participant> first(CoreSession session, List<String> tickets, int index) {
        if (index == tickets.size()) {
            return CompletableFuture.completedFuture(nobody());
        }
        return session.read(directory.child(tickets.get(index)))
                .thenComposeAsync(
                        node -> node.isPresent()
                                ? CompletableFuture.completedFuture(participant(node.get(), true))
                                : first(session, tickets, index + 1),
                        strand);
    }
}
