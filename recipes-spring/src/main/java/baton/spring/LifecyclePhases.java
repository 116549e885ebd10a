package baton.spring;

/**
 * When what starts; the order of stopping is the reverse.
 *
 * <p>Boot's executors and schedulers live in phase 1073741823, between {@link #LEADERS} and {@link #LEADER_TASKS}. So
 * a scheduled method that is still running when the application stops is waited for while leadership and locks are
 * still held; only then does the successor take over. Boot's web server lives between {@link #LEADER_TASKS} and {@link
 * #REGISTRATION}: it goes on answering until others know that this instance leaves.
 */
public final class LifecyclePhases {
    /** The client opens its session. */
    public static final int CLIENT = Integer.MIN_VALUE + 1000;
    /** Live configuration is read and watched. */
    public static final int CONFIG = Integer.MIN_VALUE + 2000;
    /** Leader latches queue up. */
    public static final int LEADERS = 1_000_000_000;
    /** {@code @OnLeader} methods and workers of task queues run. */
    public static final int LEADER_TASKS = Integer.MAX_VALUE - 4096;
    /** The application is announced as a service. */
    public static final int REGISTRATION = Integer.MAX_VALUE - 512;

    private LifecyclePhases() {}
}
