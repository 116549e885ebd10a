package baton.server.runtime;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an agent its turns on an event loop, after the loop has dealt with its sockets.
 *
 * <p>For servers with a single loop: handing a request to another thread and its answer back costs more than both. What
 * arrived together is still one batch, since the turn comes when everything that had arrived is read.
 */
final class AgentOnLoop implements AgentHost {
    private static final Logger log = LoggerFactory.getLogger(AgentOnLoop.class);

    private static final long OTHERS_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final int OTHERS_MILLIS = 1;

    private final Agent agent;
    private final LoopBell bell;
    private final ClientLoop loop;
    private final Clock clock;
    private final long endMillisMax;
    private final BiConsumer<String, Throwable> onFailure;
    private volatile boolean running = true;

    // Confined to the loop.
    private long timerAtNanos = Long.MAX_VALUE;

    private Runnable forgetTimer = () -> {};

    /**
     * @param loop that of the bell
     * @param endMillisMax how long to wait, at the end, for a loop that does not turn; it is with a disk that hangs
     */
    AgentOnLoop(
            Agent agent,
            LoopBell bell,
            ClientLoop loop,
            Clock clock,
            long endMillisMax,
            BiConsumer<String, Throwable> onFailure) {
        this.agent = agent;
        this.bell = bell;
        this.loop = loop;
        this.clock = clock;
        this.endMillisMax = endMillisMax;
        this.onFailure = onFailure;
    }

    @Override
    public boolean hosts(Agent other) {
        return agent == other;
    }

    @Override
    public void start() {
        bell.connect(this::answer);
        bell.ring();
    }

    private void answer() {
        // Who was answered by the look at the sockets that rang need not wait for the turn.
        loop.flush();
        turn();
    }

    @Override
    public boolean stop() throws InterruptedException {
        agent.ending();
        CountDownLatch ended = new CountDownLatch(1);
        long now = clock.nanos();
        long most = running ? endMillisMax : ABANDONED_MILLIS_MAX;
        boolean isOver = !bell.loop().execute(() -> end(now, ended)) || ended.await(most, TimeUnit.MILLISECONDS);
        if (!isOver) {
            log.error("left behind agent={}: its loop does not turn", agent.role());
        }
        return isOver;
    }

    /** Ends when nothing is left to do, and others have come back with what it gave them or have had their time for that. */
    private void end(long sinceNanos, CountDownLatch ended) {
        turn();
        boolean isLeft = agent.hasWork() || agent.awaitsOthers();
        if (running && isLeft && clock.nanos() - sinceNanos < OTHERS_NANOS_MAX) {
            Runnable unused = bell.loop().executeAfter(OTHERS_MILLIS, () -> end(sinceNanos, ended));
            return;
        }
        running = false;
        // The loop may go on, and must not keep what has ended.
        forgetTimer.run();
        ended.countDown();
    }

    @Override
    public void abandon() {
        running = false;
    }

    // The agent's outermost frame: whatever goes wrong below ends the server, and must not end the loop.
    private void turn() {
        if (!running) {
            return;
        }
        try {
            long now = clock.nanos();
            agent.doWork(now);
            if (agent.hasWork()) {
                bell.ring();
            } else {
                setTimer(now);
            }
        } catch (Throwable failure) {
            running = false;
            try {
                LastWords.say(() -> log.error("stopped agent={}", agent.role(), failure));
            } finally {
                // Also if there is no memory for the line.
                onFailure.accept(agent.role(), failure);
            }
        }
    }

    private void setTimer(long now) {
        long deadline = agent.deadlineNanos();
        if (deadline >= timerAtNanos) {
            return;
        }
        timerAtNanos = deadline;
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - now) + 1);
        forgetTimer.run();
        forgetTimer = bell.loop().executeAfter(millis, () -> {
            timerAtNanos = Long.MAX_VALUE;
            turn();
        });
    }
}
