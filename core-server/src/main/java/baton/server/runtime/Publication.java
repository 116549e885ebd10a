package baton.server.runtime;

import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.request.Moment;
import baton.server.request.Sequencer;
import baton.server.tree.ReadGate;
import baton.server.tree.ZnodeTree;
import java.util.List;

/**
 * Brings what has become durable to the readers, some transactions at a time so that no reader waits long: the gate
 * closes and they are applied; their events and answers go to the inboxes of the loops; the gate opens.
 *
 * <p>In steps, since that order is the whole guarantee: the sequencer takes them one after the other, a simulation lets
 * loops run between any two of them.
 */
final class Publication {
    private static final int APPLIED_AT_ONCE = 64;

    private final Sequencer machine;
    private final ZnodeTree tree;
    private final ReadGate gate;
    private final Effect.World world;
    private final ServerMetrics metrics;
    private final RecentDigests digests;

    private long publishedZxid;
    private long nextZxid;
    private List<Effect> effects = List.of();
    private int carriedOut;
    private boolean underWay;

    /**
     * @param world carries the effects out
     * @param publishedZxid what everybody can see already
     */
    Publication(
            Sequencer machine,
            ZnodeTree tree,
            Effect.World world,
            ServerMetrics metrics,
            RecentDigests digests,
            long publishedZxid) {
        this.machine = machine;
        this.tree = tree;
        this.gate = tree.gate();
        this.world = world;
        this.metrics = metrics;
        this.digests = digests;
        this.publishedZxid = publishedZxid;
    }

    /** Returns up to where everybody can see everything. */
    long publishedZxid() {
        return publishedZxid;
    }

    /** Says whether the gate is closed. */
    boolean isUnderWay() {
        return underWay;
    }

    /** Takes the next step on the way to the zxid, which is durable; false if it is published. */
    boolean step(long durableZxid, Moment now) {
        boolean taken = false;
        try {
            if (underWay && carriedOut < effects.size()) {
                effects.get(carriedOut++).accept(world);
            } else if (underWay) {
                open();
            } else if (publishedZxid < durableZxid) {
                close(durableZxid, now);
            } else {
                return false;
            }
            taken = true;
        } finally {
            if (!taken && underWay) {
                // Whoever ends the server must not find readers waiting for ever; nothing counts as published.
                openGate();
            }
        }
        return true;
    }

    private void close(long durableZxid, Moment now) {
        nextZxid = Math.min(
                Math.min(durableZxid, publishedZxid + APPLIED_AT_ONCE), RecentDigests.nextAfter(publishedZxid));
        gate.close();
        underWay = true;
        carriedOut = 0;
        effects = List.of();
        effects = machine.on(new Event.Durable(nextZxid), now);
    }

    private void open() {
        openGate();
        metrics.count(Tally.COMMIT_COUNT, nextZxid - publishedZxid);
        publishedZxid = nextZxid;
        if (publishedZxid % RecentDigests.INTERVAL == 0) {
            digests.add(publishedZxid, tree.position().digest());
        }
    }

    private void openGate() {
        underWay = false;
        gate.open();
    }
}
