package baton.recipes.lock;

import baton.core.NodePath;
import baton.recipes.LossReason;
import baton.recipes.RecipeRuntime;
import baton.recipes.contend.TicketGrant;
import baton.recipes.contend.TicketQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which threads of this process hold a lock through one object, and for how long they may. Safe for many threads. */
final class Holds {
    private static final Logger LOG = LoggerFactory.getLogger(Holds.class);
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final RecipeRuntime runtime;
    private final String recipe;
    private final NodePath directory;
    private final HoldRules rules;
    private final ConcurrentMap<Thread, Hold> byThread = new ConcurrentHashMap<>();
    /** What no thread in particular holds, until it is given back or lost. */
    private final Set<Hold> unowned = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean sweeping = new AtomicBoolean();

    Holds(RecipeRuntime runtime, String recipe, NodePath directory, HoldRules rules) {
        this.runtime = runtime;
        this.recipe = recipe;
        this.directory = directory;
        this.rules = rules;
    }

    Optional<Hold> of(Thread thread) {
        return Optional.ofNullable(byThread.get(thread));
    }

    boolean anyValid() {
        return byThread.values().stream().anyMatch(Hold::isValid)
                || unowned.stream().anyMatch(Hold::isValid);
    }

    /**
     * Counts the calling thread in again; false if it holds nothing.
     *
     * @throws LockLostException if it has lost what it holds
     */
    boolean reenter() {
        Hold hold = byThread.get(Thread.currentThread());
        if (hold == null) {
            return false;
        }
        if (!hold.isValid()) {
            throw new LockLostException(hold);
        }
        if (hold.holdCount() == rules.reentryMax()) {
            throw new IllegalStateException(
                    "entered " + directory + " again more often than maxReentry=" + rules.reentryMax());
        }
        hold.enterAgain();
        return true;
    }

    /** Notes what was granted to a thread, or to nobody in particular. */
    Hold take(TicketGrant ticket, @Nullable Thread owner) {
        Hold hold = new Hold(this, ticket, owner);
        rules.atMost()
                .ifPresent(longest ->
                        hold.limit = runtime.scheduler().schedule(longest, () -> ticket.lose(LossReason.HOLD_LIMIT)));
        if (owner == null) {
            unowned.add(hold);
            ticket.lost().thenRun(() -> unowned.remove(hold));
        } else {
            byThread.put(owner, hold);
            TicketQueue.heldBy(runtime, directory, owner);
            sweepLater();
        }
        return hold;
    }

    /**
     * Counts the calling thread out, and gives the lock back with the last time.
     *
     * @throws IllegalMonitorStateException if it holds nothing
     */
    void leave() {
        Thread thread = Thread.currentThread();
        Hold hold = byThread.get(thread);
        if (hold == null) {
            throw new IllegalMonitorStateException(thread + " does not hold " + directory);
        }
        if (hold.leave()) {
            letGo(hold);
        }
    }

    void letGo(Hold hold) {
        Thread owner = hold.owner;
        if (owner == null) {
            unowned.remove(hold);
        } else {
            if (!byThread.remove(owner, hold)) {
                return;
            }
            TicketQueue.heldNoMoreBy(runtime, directory, owner);
        }
        hold.limit.cancel();
        hold.ticket.release(rules.atLeast());
    }

    /** Looks now and then for owners that died without releasing, while anything is held. */
    private void sweepLater() {
        if (sweeping.compareAndSet(false, true)) {
            runtime.scheduler().schedule(SWEEP, this::sweep);
        }
    }

    private void sweep() {
        sweeping.set(false);
        byThread.forEach((thread, hold) -> {
            if (!thread.isAlive()) {
                orphaned(thread, hold);
            }
        });
        if (!byThread.isEmpty()) {
            sweepLater();
        }
    }

    private void orphaned(Thread thread, Hold hold) {
        if (!hold.orphaned) {
            hold.orphaned = true;
            runtime.metrics().count("orphans", recipe, "");
            LOG.warn(
                    "owner died holding path={} thread={} ticket={}",
                    directory,
                    thread.getName(),
                    hold.ticketPath(),
                    hold.acquiredAt);
        }
        if (rules.releaseOrphans()) {
            letGo(hold);
        }
    }
}
