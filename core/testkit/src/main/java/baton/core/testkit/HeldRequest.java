package baton.core.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request that a {@link FaultyLink} holds back. */
public final class HeldRequest {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Waits until the request has come. */
    public void awaitArrival(Duration timeout) throws InterruptedException {
        if (!arrived.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the request to be held did not come within " + timeout);
        }
    }

    /** Sends the request on. */
    public void release() {
        released.countDown();
    }

    /** For the link: says that the request has come, and returns once it may go on. */
    public void hold() throws InterruptedException {
        arrived.countDown();
        released.await();
    }
}
