package baton.server.storage;

/**
 * The disk neither takes what it was given nor refuses it.
 *
 * <p>What becomes of it nobody can know, so it counts as lost: the server stops as after a {@link WriteFailedException},
 * and reads its log again.
 */
public final class StuckDiskException extends StorageException {
    private static final long serialVersionUID = 1L;

    /** Says for how long the disk has been waited for. */
    public StuckDiskException(long waitedMillis) {
        super(
                "the disk of the transaction log has not answered for " + waitedMillis
                        + " ms (baton.fsync.stuckMillis): look after the disk; what it was given is not acknowledged",
                null);
    }
}
