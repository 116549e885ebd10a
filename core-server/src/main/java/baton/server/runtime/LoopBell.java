package baton.server.runtime;

import baton.server.transport.TransportLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks an event loop for a turn, however often it is rung before that comes. */
final class LoopBell implements Bell {
    private final TransportLoop loop;
    private final AtomicBoolean rung = new AtomicBoolean();

    // Written once, before the agent starts.
    private volatile Runnable turn = () -> {};

    LoopBell(TransportLoop loop) {
        this.loop = loop;
    }

    TransportLoop loop() {
        return loop;
    }

    void connect(Runnable nextTurn) {
        turn = nextTurn;
    }

    @Override
    public void ring() {
        if (rung.compareAndSet(false, true)) {
            loop.execute(this::answer);
        }
    }

    private void answer() {
        rung.set(false);
        turn.run();
    }
}
