package baton.samples.spring;

import baton.recipes.latch.Leadership;
import baton.spring.leader.OnLeader;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/** Takes orders in on one instance, for as long as that one leads. */
@Component
public class Intake {
    private final AtomicInteger shifts = new AtomicInteger();
    private volatile long token;

    /** Runs on a thread of its own from grant to loss, which interrupts it. */
    @OnLeader("intake")
    void takeOrders(Leadership leadership) throws InterruptedException {
        token = leadership.token().value();
        shifts.incrementAndGet();
        synchronized (this) {
            while (leadership.isValid()) {
                // Stands for the next order; none comes.
                wait();
            }
        }
    }

    public int shifts() {
        return shifts.get();
    }

    public long token() {
        return token;
    }
}
