package baton.recipes;

import baton.core.CoordinationException;
import baton.core.CoreSession;
import baton.core.Expect;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the holder of a ticket to let go, or takes it away.
 *
 * <p>Tickets are named as the recipes name them: {@code Participant.path}, {@code getParticipantNodes}, {@link
 * Grant#ticketPath}. Stages complete on the listener executor. They fail with {@link IllegalArgumentException} if the node
 * is nobody's ticket, and with a {@link CoordinationException} if the store does not answer within the client's operation
 * timeout.
 */
public final class Revoker {
    private Revoker() {}

    /**
     * Asks whoever has a ticket to let go. The ticket stays what it is, and stays its owner's, until the owner acts.
     *
     * @param reason for people
     * @return whether the request was written; false if the ticket is gone
     */
    public static CompletionStage<Boolean> attemptRevoke(
            CoordinationClient client, String participantPath, String reason) {
        RecipeRuntime runtime = client.runtime();
        NodePath ticket = NodePath.of(participantPath);
        Strand strand = runtime.newStrand("revoker");
        RevocationRequest request = new RevocationRequest(
                runtime.scheduler().newId(),
                runtime.settings().clientId(),
                reason,
                Instant.ofEpochMilli(runtime.scheduler().wallMillis()));
        return runtime.handOver(runtime.calls(strand)
                .resolved(
                        deadline(runtime),
                        session -> write(session, strand, ticket, request),
                        session -> session.read(ticket).thenApply(node -> found(node, request))));
    }

    /**
     * Takes a ticket away from whoever has it; the holder finds its grant lost with {@link LossReason#NODE_DELETED}. What
     * the holder does meanwhile only the token keeps out.
     *
     * @return whether it was there
     */
    public static CompletionStage<Boolean> forceRevoke(CoordinationClient client, String participantPath) {
        RecipeRuntime runtime = client.runtime();
        NodePath ticket = NodePath.of(participantPath);
        Strand strand = runtime.newStrand("revoker");
        // Names of tickets are never used again: whoever is deleted is who was meant.
        return runtime.handOver(runtime.calls(strand)
                .resolved(
                        deadline(runtime),
                        session -> session.read(ticket)
                                .thenComposeAsync(
                                        node -> requireTicket(ticket, node)
                                                ? session.delete(ticket, Expect.ANY)
                                                : CompletableFuture.completedFuture(false),
                                        strand),
                        session -> session.stat(ticket)
                                .thenApply(stat -> stat.isPresent() ? Optional.empty() : Optional.of(true))));
    }

    private static CompletionStage<Boolean> write(
            CoreSession session, Strand strand, NodePath ticket, RevocationRequest request) {
        return session.read(ticket)
                .thenComposeAsync(
                        node -> requireTicket(ticket, node)
                                ? write(session, strand, node.orElseThrow(), request)
                                : CompletableFuture.completedFuture(false),
                        strand);
    }

    private static CompletionStage<Boolean> write(
            CoreSession session, Strand strand, Node node, RevocationRequest request) {
        return session.write(
                        node.path(), MarkedTicket.of(node).with(request).toPayload(), Expect.unchanged(node.stat()))
                .thenApply(stat -> true)
                .exceptionallyComposeAsync(
                        failure -> switch (Calls.codeOf(failure)) {
                            // Somebody else wrote in between: add to what they wrote.
                            case STALE -> write(session, strand, node.path(), request);
                            case NO_NODE -> CompletableFuture.completedFuture(false);
                            default -> CompletableFuture.failedFuture(failure);
                        },
                        strand);
    }

    /** Present if it is decided: the request is there, or the ticket is not. */
    private static Optional<Boolean> found(Optional<Node> node, RevocationRequest request) {
        if (node.isEmpty()) {
            return Optional.of(false);
        }
        return MarkedTicket.of(node.get()).has(request.id()) ? Optional.of(true) : Optional.empty();
    }

    private static boolean requireTicket(NodePath path, Optional<Node> node) {
        node.ifPresent(found -> {
            if (found.stat().owner().isEmpty()) {
                throw new IllegalArgumentException(path
                        + " is nobody's ticket: it belongs to no session. Name a ticket, as participants are listed");
            }
        });
        return node.isPresent();
    }

    private static Deadline deadline(RecipeRuntime runtime) {
        return Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
    }
}
