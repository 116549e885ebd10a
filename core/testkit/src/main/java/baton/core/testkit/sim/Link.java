package baton.core.testkit.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One connection between a client and the store: keeps the order of messages each way.
 *
 * <p>When it is cut, replies on their way are lost; of the requests on their way some still arrive, unless the session
 * has moved to another link before.
 */
final class Link {
    private final SimulatedStore store;
    private final SimulatedSession client;
    private final Deque<Message> up = new ArrayDeque<>();
    private final Deque<Message> down = new ArrayDeque<>();
    private long lastUpNanos = Long.MIN_VALUE;
    private long lastDownNanos = Long.MIN_VALUE;
    private long extraNanos;
    private boolean cut;
    private boolean silent;

    Link(SimulatedStore store, SimulatedSession client) {
        this.store = store;
        this.client = client;
    }

    boolean isUp() {
        return !cut;
    }

    /** Makes every message from now on take longer. */
    void delay(Duration extra) {
        extraNanos = extra.toNanos();
    }

    /** Swallows every message from now on, and tells nobody. */
    void blackhole() {
        silent = true;
    }

    void cut() {
        cut = true;
        up.forEach(message -> message.lost = store.timeline().chance() < 0.5);
    }

    void toServer(Runnable request) {
        if (cut || silent) {
            return;
        }
        lastUpNanos = Math.max(lastUpNanos, arrival());
        up.add(new Message(request));
        after(lastUpNanos, this::arriveAtServer);
    }

    void toClient(Runnable message) {
        if (cut || silent) {
            return;
        }
        lastDownNanos = Math.max(lastDownNanos, arrival());
        down.add(new Message(message));
        after(lastDownNanos, this::arriveAtClient);
    }

    void sessionEnded() {
        toClient(client::endedByStore);
    }

    private long arrival() {
        return store.timeline().nowNanos() + store.latency().toNanos() + extraNanos;
    }

    private void after(long atNanos, Runnable arrive) {
        Duration delay = Duration.ofNanos(Math.max(0, atNanos - store.timeline().nowNanos()));
        store.timeline().schedule(delay, arrive);
    }

    private void arriveAtServer() {
        Duration pause = store.pauseLeft();
        if (!pause.isZero()) {
            store.timeline().schedule(pause, this::arriveAtServer);
            return;
        }
        Message message = up.remove();
        if (!message.lost && !silent && !store.isDown() && client.server().isAttachedTo(this)) {
            message.body.run();
        }
    }

    private void arriveAtClient() {
        Message message = down.remove();
        client.received(this, message.body);
    }

    /** Something on its way. */
    private static final class Message {
        final Runnable body;
        boolean lost;

        Message(Runnable body) {
            this.body = body;
        }
    }
}
