package baton.server.tree;

import baton.protocol.Bytes;
import baton.protocol.WireWriter;
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

    // Written by the thread in whose cache it is; null once it is given up.
    @Nullable
    Bytes names;

    // Written by every reader, and by the cache when it looks for what nobody reads any more.
    boolean wanted;

    Listing(@Nullable Bytes names) {
        this.names = names;
    }

    /** Writes the names, unless they were given up or never kept. */
    boolean write(WireWriter out) {
        Bytes kept = names;
        if (kept == null) {
            return false;
        }
        wanted = true;
        out.raw(kept);
        return true;
    }
}
