package baton.server.runtime;

/**
 * Whether a thread that has much to do with the disk gets on with it, seen by another thread.
 *
 * <p>The one says whenever a piece is done; the other looks, and has {@link Patience} with each piece.
 */
final class DiskProgress {
    private final Patience patience;

    // Written by the thread that works: odd while it is with the disk, another number for each piece.
    private volatile long piece;

    // Confined to the thread that looks.
    private boolean hangs;

    DiskProgress(Patience patience) {
        this.patience = patience;
    }

    /** Work begins. For the thread that works, as are the next two. */
    void begin() {
        piece++;
    }

    /** A piece is done and another follows. */
    void goOn() {
        piece += 2;
    }

    /** Nothing is left to do for now. */
    void end() {
        piece++;
    }

    /** Says whether the disk has just turned out to hang: once for each time it does. For the thread that looks. */
    boolean hasStopped(long nowNanos) {
        boolean before = hangs;
        hangs = patience.isOver(piece, nowNanos);
        return hangs && !before;
    }

    long limitMillis() {
        return patience.limitMillis();
    }
}
