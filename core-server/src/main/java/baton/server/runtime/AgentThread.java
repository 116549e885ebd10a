package baton.server.runtime;

import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that gives an {@link Agent} its turns. */
final class AgentThread implements AgentHost {
    private static final Logger log = LoggerFactory.getLogger(AgentThread.class);

    private final Agent agent;
    private final Doorbell doorbell;
    private final BiConsumer<String, Throwable> onFailure;
    private final long unhurriedMillisMax;
    private final long hurriedMillisMax;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean abandoned;

    /**
     * Makes the thread; it begins with {@link #start}.
     *
     * @param onFailure told the role and the cause if the agent fails; called on the failing thread, after its end
     * @param unhurriedMillisMax how long to wait, at the end, before the agent is told to {@linkplain Agent#hurry hurry}
     * @param hurriedMillisMax how long to wait from then on; whoever has not ended by then is with a disk that hangs
     */
    AgentThread(
            Agent agent,
            Doorbell doorbell,
            BiConsumer<String, Throwable> onFailure,
            long unhurriedMillisMax,
            long hurriedMillisMax) {
        this.agent = agent;
        this.doorbell = doorbell;
        this.onFailure = onFailure;
        this.unhurriedMillisMax = unhurriedMillisMax;
        this.hurriedMillisMax = hurriedMillisMax;
        this.thread = ServerThreads.thread(agent.role(), this::run);
    }

    @Override
    public boolean hosts(Agent other) {
        return agent == other;
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public boolean stop() throws InterruptedException {
        agent.ending();
        running = false;
        doorbell.ring();
        if (abandoned) {
            thread.join(ABANDONED_MILLIS_MAX);
        } else {
            thread.join(unhurriedMillisMax);
            agent.hurry();
            doorbell.ring();
            thread.join(hurriedMillisMax);
        }
        boolean ended = !thread.isAlive();
        if (!ended) {
            log.error("left behind thread={}: it is still with the disk", agent.role());
        }
        return ended;
    }

    @Override
    public void abandon() {
        abandoned = true;
        running = false;
        doorbell.ring();
    }

    // The outermost frame of the thread: whatever goes wrong below ends the server.
    @SuppressWarnings("CatchAndPrintStackTrace")
    private void run() {
        try {
            try {
                while (!isOver()) {
                    turn();
                }
            } finally {
                agent.onClose();
            }
        } catch (Throwable failure) {
            try {
                LastWords.say(() -> log.error("stopped thread={}", agent.role(), failure));
            } finally {
                // Also if there is no memory for the line.
                onFailure.accept(agent.role(), failure);
            }
        }
    }

    private boolean isOver() {
        return !running && (abandoned || !agent.hasWork() && !agent.awaitsOthers());
    }

    private void turn() throws Exception {
        long now = System.nanoTime();
        if (agent.doWork(now) == 0) {
            long untilDeadline = agent.deadlineNanos() == Long.MAX_VALUE ? Long.MAX_VALUE : agent.deadlineNanos() - now;
            doorbell.await(untilDeadline, () -> isOver() || agent.hasWork());
        }
    }
}
