package baton.server.tree;

import baton.protocol.Bytes;
import baton.protocol.WireWriter;
import java.util.ArrayDeque;

/**
 * Writes the names of children, and keeps those encoded that are asked for again and again.
 *
 * <p>What is encoded hangs on the {@link ChildSet}, so it is found without a lookup and by the readers of all threads,
 * and is gone for them when the children change. The cache only bounds it: whoever is asked for a second time comes in;
 * when there is no more room, those go that were not asked for since they came or were last spared.
 *
 * <p>Confined to one thread; each thread that reads has its own.
 */
public final class ListingCache {
    /** What a listing takes besides its bytes. */
    private static final int BYTES_EACH = 96;

    /** What is larger is seldom asked for, and would keep everything else out. */
    private static final int SHARE_OF_ONE = 8;

    private final long bytesMax;
    private final ArrayDeque<Listing> kept = new ArrayDeque<>();
    private long bytes;

    /** @param bytesMax how many bytes all that is kept may take */
    public ListingCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * Writes the names in order as a vector of the wire: their number, then each with its length.
     *
     * @return whether they did not have to be encoded
     */
    public boolean write(ChildSet children, WireWriter out) {
        if (children.size() == 0) {
            out.int32(0);
            return true;
        }
        Listing known = children.listing();
        if (known != null && known.write(out)) {
            return true;
        }
        int before = out.size();
        children.writeNames(out);
        if (known == null) {
            children.keep(Listing.ONCE);
        } else if (out.size() - before <= bytesMax / SHARE_OF_ONE) {
            keep(children, Bytes.copyOf(out.unsafeArray(), before, out.size() - before));
        }
        return false;
    }

    /** Returns how many bytes all that is kept takes. */
    public long bytes() {
        return bytes;
    }

    private void keep(ChildSet children, Bytes names) {
        Listing listing = new Listing(names);
        children.keep(listing);
        kept.add(listing);
        bytes += names.size() + BYTES_EACH;
        while (bytes > bytesMax) {
            makeRoom(kept.remove());
        }
    }

    private void makeRoom(Listing oldest) {
        if (oldest.wanted) {
            oldest.wanted = false;
            kept.add(oldest);
        } else if (oldest.names != null) {
            bytes -= oldest.names.size() + BYTES_EACH;
            oldest.names = null;
        }
    }
}
