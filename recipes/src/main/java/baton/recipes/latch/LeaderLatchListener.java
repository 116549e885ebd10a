package baton.recipes.latch;

import baton.recipes.LossReason;

/**
 * Hears of leadership.
 *
 * <p>Runs on the executor it was added with; calls to one listener come in order and never overlap. Each {@code
 * isLeader} is followed by exactly one {@code notLeader} before the next. When it is called the grant says the same
 * already, or more: a leadership may be over by the time {@code isLeader} runs.
 */
public interface LeaderLatchListener {
    void isLeader(Leadership leadership);

    void notLeader(LossReason reason);

    /** The connection is down; the leadership stays valid until the lease ends. */
    default void jeopardy(Leadership leadership) {}
}
