package baton.server.txn;

/**
 * How much room the history has on its disk, and so what may still become part of it.
 *
 * @param zxid the last transaction that {@code sureBytes} has taken into account
 * @param sureBytes how many bytes later transactions may have before one of them is durable, so that all can be written
 *     even if the disk turns out to be full
 */
public record LogSpace(Level level, long zxid, long sureBytes) {
    /** How much is left. */
    public enum Level {
        /** Everything is taken. */
        AMPLE,
        /** What makes the data grow is refused. */
        LOW,
        /** Only deletes and the ends of sessions are taken, as far as they are sure to be written. */
        SPENT
    }

    /** That of a history which does not depend on a disk. */
    public static final LogSpace UNBOUNDED = new LogSpace(Level.AMPLE, 0, Long.MAX_VALUE);
}
