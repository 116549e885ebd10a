package baton.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** How long the disk takes at the moment for a small write into a block that was written before, and its sync. */
final class SyncProbe {
    private static final int WRITE_BYTES = 512;
    private static final int FILE_BYTES = 1 << 20;

    private final Path file;

    SyncProbe(Path directory) throws IOException {
        file = Files.write(directory.resolve("sync-probe"), new byte[FILE_BYTES]);
    }

    /** Writes and syncs for so long, and returns the median. */
    double micros(long nanos) throws IOException {
        List<Double> micros = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
            long begin = System.nanoTime();
            while (micros.isEmpty() || System.nanoTime() - begin < nanos) {
                long start = System.nanoTime();
                channel.write(ByteBuffer.allocate(WRITE_BYTES), (long) WRITE_BYTES * micros.size() % FILE_BYTES);
                channel.force(false);
                micros.add((System.nanoTime() - start) / 1e3);
            }
        }
        return Quantile.median(micros);
    }
}
