package baton.samples.spring;

import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.barrier.DistributedBarrier;
import baton.recipes.config.ConfigPublisher;
import java.util.List;
import org.springframework.stereotype.Component;

/** Uses the client itself: every recipe is built from it, with or without annotations. */
@Component
public class Office {
    private final CoordinationClient client;
    private final ConfigPublisher<Limits> limits;

    public Office(CoordinationClient client, ConfigPublisher<Limits> limits) {
        this.client = client;
        this.limits = limits;
    }

    /** A barrier that holds all instances back while it is set. */
    public DistributedBarrier closedForStocktaking() {
        return new DistributedBarrier(client, "/stocktaking");
    }

    /** Changes the limits of all instances. */
    public void decide(Limits changed) throws InterruptedException {
        limits.publishNow(changed, "office", "decided");
    }

    /** What every recipe of this instance is doing. */
    public List<Description> overview() {
        return client.describe();
    }
}
