package baton.server.tree;

import baton.protocol.Bytes;
import baton.protocol.WireWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The names of a node's children, encoded; or that they were asked for once, and not yet again.
 *
 * <p>What one thread writes another may see late or not at all: then it encodes once more, or the names are given up a
 * little early.
 */
final class Listing {
    /** Stands for children that were listed once. Never changed. */
    static final Listing ONCE = new Listing(null);

    // Null once it is given up or lent. The cache it is in gives up, whoever finds it asked for often lends.
    @Nullable
    Bytes names;

    // The same names where a socket takes them from as they are. Volatile, for it comes to be after the listing has
    // been shown.
    volatile @Nullable ByteBuffer lent;

    // These two are written by every reader, roughly; the latter also by the cache when it looks for what nobody reads
    // any more.
    int timesAsked;
    boolean wanted;

    Listing(@Nullable Bytes names) {
        this.names = names;
    }

    /** Writes the names, unless they were given up or never kept. */
    boolean write(WireWriter out) {
        Bytes kept = names;
        ByteBuffer shared = lent;
        if (kept != null) {
            out.raw(kept);
        } else if (shared != null) {
            out.raw(shared);
        } else {
            return false;
        }
        wanted = true;
        return true;
    }

    /** From now on has them lent from there. */
    void lendFrom(ByteBuffer sameNames) {
        lent = sameNames;
        names = null;
    }

    /** Gives the names up, and returns how many bytes they were. */
    int giveUp() {
        Bytes kept = names;
        ByteBuffer shared = lent;
        names = null;
        lent = null;
        return kept != null ? kept.size() : shared != null ? shared.remaining() : 0;
    }
}
