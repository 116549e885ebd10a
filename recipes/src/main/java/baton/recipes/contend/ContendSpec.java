package baton.recipes.contend;

import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.LeasePolicy;
import java.time.Duration;

/**
 * What a contender asks for.
 *
 * @param recipe kind of the recipe, for metrics and logs
 * @param directory to stand in line in
 * @param label of its ticket
 * @param rule who has to wait for whom
 * @param data of its ticket
 * @param leasePolicy what a lost connection does to its grant
 * @param afterLoss what it does when its grant is lost
 * @param sessionLoss what it does when its session ends while it waits
 * @param lockDelay how long it keeps away after a holder that vanished without releasing; zero: not at all
 */
public record ContendSpec(
        String recipe,
        NodePath directory,
        String label,
        TicketRule rule,
        Payload data,
        LeasePolicy leasePolicy,
        AfterLoss afterLoss,
        SessionLoss sessionLoss,
        Duration lockDelay) {

    /** What a contender does when its grant is lost. */
    public enum AfterLoss {
        /** Gives up its ticket and is over. */
        END,
        /** Keeps its ticket if it can, else stands in line again, until it is abandoned. */
        REJOIN
    }

    /** What a waiting contender does when its session ends. */
    public enum SessionLoss {
        /** Stands in line again, at the tail. */
        REJOIN,
        /** Fails. */
        FAIL
    }
}
