package baton.recipes.latch;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.Expect;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.recipes.Calls;
import baton.recipes.Grant;
import baton.recipes.GrantLostException;
import baton.recipes.LossReason;
import baton.recipes.MarkedTicket;
import baton.recipes.RecipeRuntime;
import baton.recipes.contend.HeldThrough;
import baton.recipes.contend.TicketGrant;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One term of one latch. */
final class Term implements Leadership, HeldThrough {
    private final RecipeRuntime runtime;
    private final Strand strand;
    private final Candidacy candidacy;
    private final TicketGrant ticket;
    private final int number;
    private final Runnable stepDown;

    /** @param stepDown what giving it back means */
    Term(RecipeRuntime runtime, Strand strand, Candidacy candidacy, TicketGrant ticket, int number, Runnable stepDown) {
        this.runtime = runtime;
        this.strand = strand;
        this.candidacy = candidacy;
        this.ticket = ticket;
        this.number = number;
        this.stepDown = stepDown;
    }

    @Override
    public Grant held() {
        return ticket;
    }

    @Override
    public int generation() {
        return number;
    }

    @Override
    public CompletionStage<Void> ready(byte[] announcement) {
        if (!isValid()) {
            return CompletableFuture.failedFuture(new GrantLostException(this));
        }
        Deadline deadline =
                Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
        Payload said = candidacy.announcing(announcement.clone()).toPayload();
        CompletableFuture<NodeStat> written =
                runtime.calls(strand).repeatable(deadline, session -> announce(session, said));
        return runtime.handOver(written.thenApply(stat -> null));
    }

    /** Requests to let go that stand on the ticket stay there. */
    private CompletionStage<NodeStat> announce(CoreSession session, Payload said) {
        NodePath path = ticketPath();
        return session.read(path).thenComposeAsync(node -> announce(session, said, path, node), strand);
    }

    private CompletionStage<NodeStat> announce(
            CoreSession session, Payload said, NodePath path, Optional<Node> present) {
        if (present.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new CoordinationException(CoreError.NO_NODE, path, "this term is over: its ticket is gone"));
        }
        Node node = present.get();
        Payload data = MarkedTicket.of(node).saying(said).toPayload();
        return session.write(path, data, Expect.unchanged(node.stat()))
                .exceptionallyComposeAsync(
                        failure -> Calls.codeOf(failure) == CoreError.STALE
                                ? announce(session, said)
                                : CompletableFuture.failedFuture(failure),
                        strand);
    }

    void lose(LossReason reason) {
        ticket.lose(reason);
    }

    /** Giving it back is stepping down: the latch gets in line again. */
    @Override
    public void close() {
        stepDown.run();
    }
}
