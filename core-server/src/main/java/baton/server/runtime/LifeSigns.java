package baton.server.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Says whether loops and sequencer still turn, without waiting for them.
 *
 * <p>Each look asks whoever owes no answer to give one, and finds out who has owed one for too long. So an idle server is
 * left alone, and a stalled one shows ten seconds after the look at which it was stalled. Thread-safe.
 */
final class LifeSigns {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final List<Sign> signs = new ArrayList<>();
    private final Clock clock;

    private static final class Sign {
        private final String name;
        private final Consumer<Runnable> ask;

        // Zero while nothing is owed; written by whoever asks and, back to zero, by the one that answers.
        private volatile long askedAtNanos;

        // Written by the one that answers.
        private volatile long answeredAtNanos;

        Sign(String name, Consumer<Runnable> ask, long nowNanos) {
            this.name = name;
            this.ask = ask;
            this.answeredAtNanos = nowNanos;
        }
    }

    LifeSigns(List<ClientLoop> loops, SequencerInbox sequencer, Clock clock) {
        this.clock = clock;
        for (ClientLoop each : loops) {
            signs.add(new Sign(
                    ServerThreads.LOOP + "-" + each.transport().index(),
                    task -> each.transport().execute(task),
                    clock.nanos()));
        }
        signs.add(new Sign(ServerThreads.SEQUENCER, sequencer::ask, clock.nanos()));
    }

    /** Returns how long ago the one has answered who has not for the longest time; that nobody had asked counts, too. */
    long ageNanos() {
        long now = clock.nanos();
        return signs.stream()
                .mapToLong(each -> now - each.answeredAtNanos)
                .max()
                .orElse(0);
    }

    /** Returns who has not turned for ten seconds although asked to, if anybody. */
    synchronized Optional<String> stalled() {
        Optional<String> stalled = Optional.empty();
        long now = clock.nanos();
        for (Sign each : signs) {
            long askedAt = each.askedAtNanos;
            if (askedAt == 0) {
                each.askedAtNanos = now == 0 ? 1 : now;
                each.ask.accept(() -> answered(each));
            } else if (now - askedAt > PATIENCE_NANOS) {
                stalled = Optional.of(
                        each.name + " has not turned for " + TimeUnit.NANOSECONDS.toSeconds(now - askedAt) + " s");
            }
        }
        return stalled;
    }

    private void answered(Sign sign) {
        sign.answeredAtNanos = clock.nanos();
        sign.askedAtNanos = 0;
    }
}
