package baton.server.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says whether loops and sequencer still turn, without waiting for them.
 *
 * <p>Each look asks whoever owes no answer to give one, and finds out who has owed one for longer than {@link Patience} has.
 * Thread-safe.
 */
final class LifeSigns {
    private final List<Sign> signs = new ArrayList<>();
    private final Clock clock;

    private static final class Sign {
        private final String name;
        private final Consumer<Runnable> ask;

        private final Patience patience;

        // Odd while an answer is owed; written by whoever asks and, even again, by the one that answers.
        private volatile long asked;

        // Written by the one that answers.
        private volatile long answeredAtNanos;

        Sign(String name, Consumer<Runnable> ask, Patience patience, long nowNanos) {
            this.name = name;
            this.ask = ask;
            this.patience = patience;
            this.answeredAtNanos = nowNanos;
        }
    }

    /** @param patienceNanos how long one of them may take for a turn */
    LifeSigns(List<ClientLoop> loops, SequencerInbox sequencer, long patienceNanos, Clock clock) {
        this.clock = clock;
        for (ClientLoop each : loops) {
            signs.add(new Sign(
                    ServerThreads.LOOP + "-" + each.transport().index(),
                    task -> each.transport().execute(task),
                    new Patience(patienceNanos),
                    clock.nanos()));
        }
        signs.add(new Sign(ServerThreads.SEQUENCER, sequencer::ask, new Patience(patienceNanos), clock.nanos()));
    }

    /** Returns how long ago the one has answered who has not for the longest time; that nobody had asked counts, too. */
    long ageNanos() {
        long now = clock.nanos();
        return signs.stream()
                .mapToLong(each -> now - each.answeredAtNanos)
                .max()
                .orElse(0);
    }

    /** Returns who has not turned for too long although asked to, if anybody. */
    synchronized Optional<String> stalled() {
        Optional<String> stalled = Optional.empty();
        long now = clock.nanos();
        for (Sign each : signs) {
            if ((each.asked & 1) == 0) {
                each.asked++;
                each.ask.accept(() -> answered(each));
            }
            if (each.patience.isOver(each.asked, now)) {
                stalled = Optional.of(each.name + " has not turned for " + each.patience.limitMillis() + " ms");
            }
        }
        return stalled;
    }

    private void answered(Sign sign) {
        sign.answeredAtNanos = clock.nanos();
        sign.asked++;
    }
}
