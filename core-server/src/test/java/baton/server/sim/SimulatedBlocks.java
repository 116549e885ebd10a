package baton.server.sim;

import baton.server.storage.BlockFile;
import baton.server.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The blocks in which a file of a {@link SimulatedDisk} is opened besides, past the system's memory. Some are refused, and
 * some of these only when they are written first; and at times a part is written, which may end in a sector.
 */
final class SimulatedBlocks implements BlockFile.Blocks {
    /** One in so many files refuses blocks when they are opened, and as many when they are written first. */
    private static final int REFUSED = 16;

    /** One in so many writes of blocks stops short. */
    private static final int IN_PART = 16;

    private final SimulatedDisk disk;
    private final DiskFile file;
    private final RandomGenerator random;
    private final int sectorBytes;
    private boolean proven;

    SimulatedBlocks(SimulatedDisk disk, DiskFile file, RandomGenerator random, int sectorBytes) throws IOException {
        this.disk = disk;
        this.file = file;
        this.random = random;
        this.sectorBytes = sectorBytes;
        refuseAtTimes();
    }

    private void refuseAtTimes() throws IOException {
        if (random.nextInt(REFUSED) == 0) {
            throw new IOException("Invalid argument");
        }
    }

    @Override
    public ByteBuffer piece() {
        return ByteBuffer.allocate(BlockFile.PIECE_BYTES);
    }

    @Override
    public int write(ByteBuffer whole, long position) throws IOException {
        synchronized (disk) {
            int bytes = whole.remaining();
            if (position % sectorBytes != 0 || bytes % sectorBytes != 0) {
                throw new IllegalArgumentException(
                        "position=" + position + " bytes=" + bytes + ": must be multiples of " + sectorBytes);
            }
            if (!proven) {
                refuseAtTimes();
                proven = true;
            }
            int written = random.nextInt(IN_PART) == 0 ? random.nextInt(bytes) : bytes;
            file.write(whole.slice(whole.position(), written), position);
            whole.position(whole.position() + written);
            return written;
        }
    }

    @Override
    public void close() {
        disk.closed(this);
    }
}
