package baton.recipes.registry;

import baton.recipes.run.Scheduler;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one service that failed their callers lately. What is forgotten is recomputed by the next errors.
 *
 * <p>An instance is in one of three conditions: in service (errors are counted), ejected until a moment, and on probation
 * after that, when few errors eject it again for twice as long. A success puts it back in service; so does being quiet
 * for long enough, when its entry expires. Safe for use by many threads.
 */
final class DownInstances {
    private static final int ENTRIES_MAX = 10_000;

    private final DownInstancePolicy policy;
    private final Scheduler scheduler;
    private final Cache<Key, Trouble> troubles;
    private final AtomicInteger version = new AtomicInteger();

    /** Another incarnation is forgiven. */
    record Key(String id, long incarnation) {}

    /** {@code untilNanos} is meaningless before the first ejection. */
    private record Trouble(int errors, int ejections, long untilNanos) {}

    DownInstances(DownInstancePolicy policy, Scheduler scheduler) {
        this.policy = policy;
        this.scheduler = scheduler;
        this.troubles = Caffeine.newBuilder()
                .maximumSize(ENTRIES_MAX)
                .expireAfter(new Forgiving())
                .ticker(scheduler::nowNanos)
                .executor(Runnable::run)
                .build();
    }

    /** Changes whenever an instance is ejected or taken back before its time. */
    int version() {
        return version.get();
    }

    void error(Key key) {
        troubles.asMap().compute(key, (same, before) -> afterError(before));
    }

    /** Of calls to an ejected instance only what began before is heard of, and says nothing new. */
    void success(Key key) {
        Trouble before = troubles.getIfPresent(key);
        if (before != null && !isOut(before, scheduler.nowNanos())) {
            troubles.invalidate(key);
            version.incrementAndGet();
        }
    }

    /** When its ejection ends; empty if it is not ejected. */
    OptionalLong ejectedUntil(Key key, long nowNanos) {
        Trouble trouble = troubles.getIfPresent(key);
        return trouble != null && isOut(trouble, nowNanos)
                ? OptionalLong.of(trouble.untilNanos())
                : OptionalLong.empty();
    }

    private Trouble afterError(@Nullable Trouble known) {
        long now = scheduler.nowNanos();
        Trouble before = known == null ? new Trouble(0, 0, 0) : known;
        if (isOut(before, now)) {
            return before;
        }
        int errors = before.errors() + 1;
        int limit = before.ejections() == 0 ? policy.errorThreshold() : policy.probe();
        if (errors < limit) {
            return new Trouble(errors, before.ejections(), before.untilNanos());
        }
        version.incrementAndGet();
        return new Trouble(0, before.ejections() + 1, now + ejectionNanos(before.ejections()));
    }

    private long ejectionNanos(int earlier) {
        long longest = policy.ejectForMax().toNanos();
        long time = policy.ejectFor().toNanos();
        for (int i = 0; i < earlier && time < longest; i++) {
            time = Math.min(longest, time * 2);
        }
        return time;
    }

    private static boolean isOut(Trouble trouble, long nowNanos) {
        return trouble.ejections() > 0 && trouble.untilNanos() - nowNanos > 0;
    }

    /** An entry is kept for the longest ejection after the last thing it says. */
    private final class Forgiving implements Expiry<Key, Trouble> {
        @Override
        public long expireAfterCreate(Key key, Trouble trouble, long nowNanos) {
            long quiet = policy.ejectForMax().toNanos();
            return isOut(trouble, nowNanos) ? trouble.untilNanos() - nowNanos + quiet : quiet;
        }

        @Override
        public long expireAfterUpdate(Key key, Trouble trouble, long nowNanos, long leftNanos) {
            return expireAfterCreate(key, trouble, nowNanos);
        }

        @Override
        public long expireAfterRead(Key key, Trouble trouble, long nowNanos, long leftNanos) {
            return leftNanos;
        }
    }
}
