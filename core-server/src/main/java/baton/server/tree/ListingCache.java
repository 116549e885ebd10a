package baton.server.tree;

import baton.protocol.Bytes;
import baton.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Writes the names of children, and keeps those encoded that are asked for again and again.
 *
 * <p>What is encoded hangs on the {@link ChildSet}, so it is found without a lookup and by the readers of all threads,
 * and is gone for them when the children change. The cache only bounds it: whoever is asked for a second time comes in;
 * when there is no more room, those go that were not asked for since they came or were last spared.
 *
 * <p>Long ones that are asked for often enough are {@linkplain #lend lent} from outside of the heap instead, so that sockets
 * take them from there: a copy for each client would be the larger part of what they cost, and push everything else out
 * of the processor's caches. For that there is twice as much memory as for what is kept, since what changes leaves some behind.
 *
 * <p>Confined to one thread; each thread that reads has its own.
 */
public final class ListingCache {
    /** What a listing takes besides its bytes. */
    private static final int BYTES_EACH = 96;

    /** What is larger is seldom asked for, and would keep everything else out. */
    private static final int SHARE_OF_ONE = 8;

    private static final long BYTES_MAX_USUAL = 8L << 20;

    private final long bytesMax;
    private final Lending lending;
    private final LentMemory memory;
    private final ArrayDeque<Listing> kept = new ArrayDeque<>();
    private long bytes;

    /**
     * What is lent.
     *
     * @param bytesMin how many bytes the names take at least: shorter ones are copied sooner than they are lent
     * @param timesMin how often they were asked for since they came in: a copy that is gone soon is not worth it
     * @param bytesMax how many bytes all that is lent may take
     */
    public record Lending(int bytesMin, int timesMin, long bytesMax) {
        static final Lending USUAL = new Lending(8 << 10, 8, 2 * BYTES_MAX_USUAL);
    }

    /** Makes one as a server's threads have it. */
    public static ListingCache usual() {
        return new ListingCache(BYTES_MAX_USUAL, Lending.USUAL, new CollectedLoans());
    }

    /**
     * Makes a cache.
     *
     * @param bytesMax how many bytes all that is kept may take
     * @param lending what of it is lent
     * @param loans notices when that is free again
     */
    public ListingCache(long bytesMax, Lending lending, Loans loans) {
        this.bytesMax = bytesMax;
        this.lending = lending;
        this.memory = new LentMemory(lending.bytesMax, loans);
    }

    /**
     * Returns the names as {@link #write} would write them, to be read by any thread, at any time and by nobody changed; null if
     * they are to be written.
     */
    public @Nullable ByteBuffer lend(ChildSet children) {
        Listing known = children.listing();
        if (known == null) {
            return null;
        }
        ByteBuffer lent = known.lent;
        if (lent == null) {
            lent = lendFirst(known);
        }
        if (lent != null && !known.wanted) {
            known.wanted = true;
        }
        return lent;
    }

    private @Nullable ByteBuffer lendFirst(Listing listing) {
        Bytes names = listing.names;
        if (names == null || names.size() < lending.bytesMin || ++listing.timesAsked <= lending.timesMin) {
            return null;
        }
        ByteBuffer lent = memory.copyOf(names);
        if (lent != null) {
            listing.lendFrom(lent);
        }
        return lent;
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
        } else {
            bytes -= oldest.giveUp() + BYTES_EACH;
        }
    }
}
