package baton.recipes.latch;

import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.RecipeRuntime;
import baton.recipes.contend.Tickets;
import baton.recipes.run.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads who takes part in an election. */
final class Election {
    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final Tickets tickets;

    Election(RecipeRuntime runtime, NodePath directory, Strand strand) {
        this.runtime = runtime;
        this.directory = directory;
        this.tickets = new Tickets(runtime, strand, directory, Candidacy.LABEL);
    }

    /** Everybody, in the order of arrival. Those who leave while this reads are left out. */
    CompletableFuture<List<Participant>> participants() {
        return tickets.all().thenApply(nodes -> {
            List<Participant> participants = new ArrayList<>();
            nodes.forEach(node -> participants.add(participant(node, participants.isEmpty())));
            return List.copyOf(participants);
        });
    }

    /** The first who is still there. */
    CompletableFuture<Participant> leader() {
        return tickets.first()
                .thenApply(first -> first.map(node -> participant(node, true)).orElseGet(this::nobody));
    }

    /** The tickets among the children, in the order of arrival. */
    List<NodePath> tickets(Optional<Listing> names) {
        return tickets.in(names);
    }

    Participant participant(Node node, boolean leads) {
        return Participant.of(node, leads, runtime.tokenScope(directory));
    }

    Participant nobody() {
        return Participant.none(runtime.tokenScope(directory), directory);
    }
}
