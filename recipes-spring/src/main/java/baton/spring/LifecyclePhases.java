package baton.spring;

/**
 * When what starts; the order of stopping is the reverse.
 *
 * <p>Boot's executors and schedulers live in phase 1073741823, between {@link #LEADERS} and {@link #LEADER_TASKS}. So
 * a scheduled method that is still running when the application stops is waited for while leadership and locks are
 * still held; only then does the successor take over.
 */
public final class LifecyclePhases {
    /** The client opens its session. */
    public static final int CLIENT = Integer.MIN_VALUE + 1000;
    /** Live configuration is read and watched. */
    public static final int CONFIG = Integer.MIN_VALUE + 2000;
    /** Leader latches queue up. */
    public static final int LEADERS = 1_000_000_000;
    /** {@code @OnLeader} methods run. */
    public static final int LEADER_TASKS = Integer.MAX_VALUE - 4096;

    private LifecyclePhases() {}
}
