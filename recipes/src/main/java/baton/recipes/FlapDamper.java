package baton.recipes;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spares listeners a link that comes and goes. Pure: told the time, it returns what to report now.
 *
 * <p>After more than {@value #FLAPS_MAX} suspensions within a minute, the way back to the same session is held back
 * until it has lasted {@link #STABLE}; another suspension in between cancels both. A lost session is always reported.
 */
final class FlapDamper {
    static final int FLAPS_MAX = 10;
    static final Duration WINDOW = Duration.ofSeconds(60);
    static final Duration STABLE = Duration.ofSeconds(5);

    private final Deque<Long> suspensions = new ArrayDeque<>();
    private @Nullable ConnectionEvent held;
    private long heldUntil;

    List<ConnectionEvent> on(ConnectionEvent event, long nowNanos) {
        switch (event.state()) {
            case SUSPENDED:
                return suspended(event, nowNanos);
            case RECONNECTED:
                if (!event.newSession() && isFlapping(nowNanos)) {
                    held = event;
                    heldUntil = nowNanos + STABLE.toNanos();
                    return List.of();
                }
                return List.of(event);
            case READ_ONLY:
                return List.of(event);
            case CONNECTED, LOST:
                return released(event);
        }
        throw new AssertionError(event.state());
    }

    /** What was held back and has lasted. */
    List<ConnectionEvent> due(long nowNanos) {
        if (held == null || nowNanos - heldUntil < 0) {
            return List.of();
        }
        ConnectionEvent stable = held;
        held = null;
        return List.of(stable);
    }

    boolean isHolding() {
        return held != null;
    }

    boolean isFlapping(long nowNanos) {
        while (!suspensions.isEmpty() && nowNanos - suspensions.getFirst() > WINDOW.toNanos()) {
            suspensions.removeFirst();
        }
        return suspensions.size() > FLAPS_MAX;
    }

    private List<ConnectionEvent> suspended(ConnectionEvent event, long nowNanos) {
        if (suspensions.size() > FLAPS_MAX) {
            suspensions.removeFirst();
        }
        suspensions.addLast(nowNanos);
        if (held != null) {
            held = null;
            return List.of();
        }
        return List.of(event);
    }

    private List<ConnectionEvent> released(ConnectionEvent event) {
        List<ConnectionEvent> out = new ArrayList<>();
        if (held != null) {
            out.add(held);
            held = null;
            out.add(new ConnectionEvent(ConnectionState.SUSPENDED, event.epoch(), false, Duration.ZERO));
        }
        out.add(event);
        return out;
    }
}
