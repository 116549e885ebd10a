package baton.samples.spring;

import baton.spring.guard.BatonGuards;
import baton.spring.leader.LeaderOnly;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Scheduled on every instance, written by the one that leads. */
@Component
public class Reports {
    private final List<String> written = new CopyOnWriteArrayList<>();

    @Scheduled(fixedDelayString = "${reports.every:1s}")
    @LeaderOnly("reports")
    public void write() {
        long token = BatonGuards.currentToken().orElseThrow().value();
        written.add("report under token " + token);
    }

    public List<String> written() {
        return List.copyOf(written);
    }
}
