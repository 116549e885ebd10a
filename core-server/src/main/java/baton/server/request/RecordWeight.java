package baton.server.request;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.server.tree.ZnodeTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many bytes the record of the transaction at hand takes in the log, at most. */
final class RecordWeight {
    /** What a part of a multi takes beside its path, data and list, at most. */
    private static final int PART_BYTES = 29;

    /** What any record takes beside its parts: frame, header, digest and a number. */
    private static final int RECORD_BYTES = 61;

    private final int bytesMax;
    private long bytes;
    private boolean isTooLarge;

    RecordWeight(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Begins with another transaction. */
    void begin() {
        bytes = 0;
        isTooLarge = false;
    }

    /**
     * Refuses what would make the record of the transaction too large to be read again. A request is bounded as it is, but
     * {@code auth} in a list stands for any number of identities.
     */
    void add(String path, @Nullable Bytes content, List<Acl> acl) throws Refusal {
        bytes += ofPart(path) + (content == null ? 0 : content.size());
        // By number: most writes have none, and would leave an iterator behind.
        for (int i = 0; i < acl.size(); i++) {
            Acl each = acl.get(i);
            bytes += Integer.BYTES + ZnodeTree.recordBytes(each.scheme()) + ZnodeTree.recordBytes(each.id());
        }
        isTooLarge = bytes > bytesMax;
        if (isTooLarge) {
            throw new Refusal(ErrorCode.MARSHALLING_ERROR);
        }
    }

    /** Adds what is written whatever it comes to: it was found to fit, or is small. */
    void add(long moreBytes) {
        bytes += moreBytes;
    }

    /** Adds parts of which nothing but an error is written. */
    void addFailed(int parts) {
        bytes += (long) PART_BYTES * parts;
    }

    static int ofPart(String path) {
        return PART_BYTES + ZnodeTree.recordBytes(path);
    }

    /** Says whether the transaction was refused since its record would be too large. */
    boolean isTooLarge() {
        return isTooLarge;
    }

    long recordBytes() {
        return RECORD_BYTES + bytes;
    }
}
