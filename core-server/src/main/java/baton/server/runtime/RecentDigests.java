package baton.server.runtime;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The tree's digest after every 128th transaction, so that two servers can be compared by eye. Written by the sequencer,
 * read by anybody.
 */
final class RecentDigests {
    /** Distance of two entries, in zxids. */
    static final int INTERVAL = 128;

    private static final int ENTRIES_MAX = 1024;

    private final ArrayDeque<DigestEntry> entries = new ArrayDeque<>();

    /** Returns the next zxid, after this one, whose digest is wanted. */
    static long nextAfter(long zxid) {
        return (zxid / INTERVAL + 1) * INTERVAL;
    }

    synchronized void add(long zxid, long digest) {
        if (entries.size() == ENTRIES_MAX) {
            entries.removeFirst();
        }
        entries.addLast(new DigestEntry(zxid, digest));
    }

    synchronized List<DigestEntry> all() {
        return List.copyOf(entries);
    }
}
