package baton.samples.spring;

import baton.spring.config.Live;
import baton.spring.guard.BatonGuards;
import baton.spring.leader.LeaderOnly;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Scheduled on every instance, written by the one that leads. */
@Component
public class Reports {
    private final Live<Limits> limits;
    private final List<String> written = new CopyOnWriteArrayList<>();

    public Reports(Live<Limits> limits) {
        this.limits = limits;
    }

    @Scheduled(fixedDelayString = "${reports.every:1s}")
    @LeaderOnly("reports")
    public void write() {
        // One call of get for each unit of work: what it returns never changes under our feet.
        Limits now = limits.get();
        long token = BatonGuards.currentToken().orElseThrow().value();
        written.add("at most " + now.ordersPerReport() + " orders in " + now.currency() + ", token " + token);
    }

    public List<String> written() {
        return List.copyOf(written);
    }
}
