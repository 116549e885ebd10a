package baton.core.testkit;

import baton.core.CoordinationCore;
import baton.core.CoreSession;
import baton.core.EndReason;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session together with everything its observer heard, in the words {@code disconnected}, {@code ended EXPIRED}. */
public final class ObservedSession implements SessionObserver {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile long deadlineNanos = Long.MIN_VALUE;
    private volatile long endedAtNanos;

    private ObservedSession() {}

    /** A session and its observer. */
    public record Opened(CoreSession session, ObservedSession observer) {}

    /** Opens a session and waits for it. */
    public static Opened open(CoordinationCore core, Duration timeout) {
        return open(core, SessionOptions.withTimeout(timeout));
    }

    /** Opens a session and waits for it. */
    public static Opened open(CoordinationCore core, SessionOptions options) {
        ObservedSession observer = new ObservedSession();
        return new Opened(Stages.value(core.openSession(options, observer)), observer);
    }

    /** What was heard so far, extensions left out. */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    /** The last deadline heard of. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /** When the end was heard of, on the scale of {@link System#nanoTime}. */
    public long endedAtNanos() {
        return endedAtNanos;
    }

    @Override
    public void disconnected() {
        heard.add("disconnected");
    }

    @Override
    public void reconnected() {
        heard.add("reconnected");
    }

    @Override
    public void extended(long deadline) {
        deadlineNanos = deadline;
    }

    @Override
    public void ended(EndReason reason) {
        endedAtNanos = System.nanoTime();
        heard.add("ended " + reason);
    }
}
