package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers when servers of a directory halted because their disk failed, so that one which fails again and again stays
 * down, whoever starts it.
 *
 * <pre>file := line...     milliseconds since 1970, in decimal, the oldest first</pre>
 *
 * <p>A file that cannot be read counts for none: nothing but a warning to operators depends on it.
 */
public final class HaltFile {
    /** So many halts within {@link #WITHIN_MILLIS} are too many. */
    private static final int HALTS_MAX = 3;

    private static final long WITHIN_MILLIS = TimeUnit.MINUTES.toMillis(10);
    private static final int FILE_BYTES_MAX = 4096;
    private static final Logger log = LoggerFactory.getLogger(HaltFile.class);

    private final Disk disk;
    private final Path file;

    /** Looks at the directory that holds a server's logs, which need not exist. */
    public HaltFile(Disk disk, Path logDir) {
        this.disk = disk;
        this.file = DataDirectory.sideDirectoryOf(logDir).resolve("halts");
    }

    /** Returns where it is. */
    public Path path() {
        return file;
    }

    /** Says whether another start would be one too many. */
    public boolean isTooMany(long nowMillis) {
        return recent(nowMillis).size() >= HALTS_MAX;
    }

    /** Adds a halt, for good when this returns. */
    public void add(long nowMillis) throws StorageException {
        List<Long> halts = recent(nowMillis);
        halts.add(nowMillis);
        StringBuilder text = new StringBuilder();
        halts.forEach(each -> text.append(each).append('\n'));
        Path unfinished = file.resolveSibling(DiskSteps.UNFINISHED_PREFIX + file.getFileName());
        try {
            if (disk.exists(unfinished)) {
                disk.delete(unfinished);
            }
            try (DiskFile created = disk.open(unfinished, Disk.Mode.CREATE)) {
                created.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII)), 0);
                created.sync();
            }
            DiskSteps.replace(disk, unfinished, file);
        } catch (IOException e) {
            throw WriteFailedException.of(file, "write", e);
        }
    }

    /** Returns the halts that count; one in the future, by a clock that was wrong, does not. */
    private List<Long> recent(long nowMillis) {
        List<Long> recent = new ArrayList<>();
        if (!disk.exists(file)) {
            return recent;
        }
        try {
            String text = new String(DiskSteps.read(disk, file, FILE_BYTES_MAX), StandardCharsets.US_ASCII);
            for (String line : text.split("\n", -1)) {
                long halt = line.matches("\\d{1,18}") ? Long.parseLong(line) : 0;
                if (halt <= nowMillis && nowMillis - halt < WITHIN_MILLIS) {
                    recent.add(halt);
                }
            }
        } catch (IOException e) {
            log.warn("cannot read when servers halted, going on without file={}", file, e);
        }
        return recent;
    }
}
