package baton.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written from its beginning on, in whole blocks past the system's cache: then a force has nothing left to write,
 * and waits for nobody who does.
 *
 * <p>The block that is not full yet is kept here and written again with what comes next, filled up with zeros. What it held
 * before stays the same bytes, so that a write which is torn harms none of them.
 *
 * <p>Everything else goes the ordinary way: all after the first write in another place, or behind the end of a file that was not
 * empty when it was opened, for a file that grows has more to write; and the whole file if the first write shows that blocks
 * cannot be written so.
 */
public final class BlockFile implements DiskFile {
    /** So much goes to the disk in one call; a usual batch is less. */
    public static final int PIECE_BYTES = 128 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final DiskFile ordinary;
    private final int blockBytes;
    private @Nullable Blocks blocks;
    private @Nullable Exception refusal;

    private final byte[] zeros;

    /** Begins with the bytes of the block that is not full. Where it lies in memory is a multiple, too. */
    private final ByteBuffer piece;

    private final long endOfBlocks;
    private int unfilledBytes;
    private long end;
    private boolean proven;

    /** Opens the same file so that only whole blocks can be written. */
    public interface Opening {
        /** Fails where the disk has no such thing. */
        Blocks open() throws IOException;
    }

    /** The same file, where only whole blocks can be written. */
    public interface Blocks extends Closeable {
        /** Returns what whole blocks are composed in: at least {@link #PIECE_BYTES}, lent until this is closed. */
        ByteBuffer piece();

        /** Writes the buffer or a part of it; returns how many bytes. */
        int write(ByteBuffer whole, long position) throws IOException;
    }

    /**
     * Takes the file over, and closes it if this fails.
     *
     * @param ordinary what everything but writing is done with
     * @param blockBytes of which places and lengths are multiples
     */
    public BlockFile(DiskFile ordinary, Opening opening, int blockBytes) throws IOException {
        this.ordinary = ordinary;
        this.blockBytes = blockBytes;
        this.zeros = new byte[blockBytes];
        long present = sizeOf(ordinary);
        this.endOfBlocks = present == 0 ? Long.MAX_VALUE : present;
        Blocks opened = open(opening);
        this.blocks = opened;
        this.piece = opened == null ? NOTHING : opened.piece();
    }

    private static long sizeOf(DiskFile file) throws IOException {
        try {
            return file.size();
        } catch (IOException e) {
            try (file) {
                throw e;
            }
        }
    }

    private @Nullable Blocks open(Opening opening) {
        try {
            return opening.open();
        } catch (IOException | UnsupportedOperationException e) {
            refusal = e;
            return null;
        }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        if (position != end || position + from.remaining() > endOfBlocks) {
            leaveBlocks();
        }
        long at = position;
        for (Blocks to = blocks; to != null && from.hasRemaining(); to = blocks) {
            at += writePiece(to, from);
        }
        if (from.hasRemaining()) {
            ordinary.write(from, at);
        }
    }

    /** Returns how many bytes of the buffer were written: none if it turns out that none can be. */
    private int writePiece(Blocks to, ByteBuffer from) throws IOException {
        int bytes = Math.min(from.remaining(), PIECE_BYTES - unfilledBytes);
        int filled = unfilledBytes + bytes;
        int padded = (filled + blockBytes - 1) / blockBytes * blockBytes;
        piece.clear().put(unfilledBytes, from, from.position(), bytes).put(filled, zeros, 0, padded - filled);
        try {
            writeBlocks(to, piece.limit(padded), end - unfilledBytes);
        } catch (IOException e) {
            if (proven) {
                throw e;
            }
            refusal = e;
            leaveBlocks();
            return 0;
        }
        proven = true;
        from.position(from.position() + bytes);
        end += bytes;
        if (blocks == null) {
            return bytes;
        }
        unfilledBytes = filled % blockBytes;
        piece.clear().put(0, piece, filled - unfilledBytes, unfilledBytes);
        return bytes;
    }

    /** Where the disk stops in the middle of a block it is asked once more, the ordinary way, for it to say why. */
    private void writeBlocks(Blocks to, ByteBuffer whole, long position) throws IOException {
        long at = position;
        while (whole.hasRemaining()) {
            int from = whole.position();
            int written = to.write(whole, at);
            written -= written % blockBytes;
            whole.position(from + written);
            at += written;
            if (written == 0) {
                ordinary.write(whole, at);
                leaveBlocks();
            }
        }
    }

    private void leaveBlocks() throws IOException {
        Blocks left = blocks;
        blocks = null;
        if (left != null) {
            left.close();
        }
    }

    @Override
    public Optional<Exception> refusal() {
        return Optional.ofNullable(refusal);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return ordinary.read(into, position);
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        leaveBlocks();
        ordinary.truncate(sizeBytes);
    }

    @Override
    public long size() throws IOException {
        return ordinary.size();
    }

    @Override
    public void syncData() throws IOException {
        ordinary.syncData();
    }

    @Override
    public void sync() throws IOException {
        ordinary.sync();
    }

    @Override
    public void close() throws IOException {
        try (ordinary) {
            leaveBlocks();
        }
    }
}
