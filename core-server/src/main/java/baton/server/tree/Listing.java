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
    static final Listing ONCE = new Listing(null, null);

    /** Where it is kept. */
    final @Nullable ListingCache cache;

    // These three are written by the cache's thread. Null once it is given up, or once it is lent.
    @Nullable
    Bytes names;

    // The same names where a socket takes them from as they are. Volatile, for it comes to be after the listing has
    // been shown.
    volatile @Nullable ByteBuffer lent;

    int timesAsked;

    // Written by every reader, and by the cache when it looks for what nobody reads any more.
    boolean wanted;

    Listing(@Nullable ListingCache cache, @Nullable Bytes names) {
        this.cache = cache;
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

    /** Moves the names to where they can be lent from; null if they were given up. */
    @Nullable
    ByteBuffer lend() {
        Bytes kept = names;
        if (kept == null) {
            return null;
        }
        ByteBuffer shared = ByteBuffer.allocateDirect(kept.size())
                .put(kept.unsafeArray())
                .flip()
                .asReadOnlyBuffer();
        lent = shared;
        names = null;
        return shared;
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
