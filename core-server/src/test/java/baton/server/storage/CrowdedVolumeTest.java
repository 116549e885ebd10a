package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Snapshots of a thousand bytes and logs of a hundred, on a volume that has no room for all that should be kept. */
class CrowdedVolumeTest {
    private static final int SNAPSHOT_BYTES = 1000;
    private static final int LOG_BYTES = 100;

    @TempDir
    Path dir;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(FileSnapshots.class);
    private final List<Path> written = new ArrayList<>();
    private final int bare = bytesOfBare();
    private DataDirectory directory;
    private FileSnapshots snapshots;
    private long capacityBytes = Long.MAX_VALUE;
    private long capacityOfLogsBytes = -1;

    @BeforeEach
    void open() throws IOException {
        lines.start();
        logger.addAppender(lines);
        reopen("");
    }

    private void reopen(String logs) throws IOException {
        Disk small = new ForwardingDisk(Disk.ofSystem()) {
            @Override
            public long capacityBytes(Path of) {
                return capacityOfLogsBytes >= 0 && of.equals(directory.logDirectory())
                        ? capacityOfLogsBytes
                        : capacityBytes;
            }

            @Override
            public boolean isOneVolume(Path one, Path other) throws IOException {
                return capacityOfLogsBytes < 0 && super.isOneVolume(one, other);
            }
        };
        directory = DataDirectory.open(small, dir, dir.resolve(logs));
        snapshots = new FileSnapshots(directory);
    }

    @AfterEach
    void close() throws IOException {
        logger.detachAppender(lines);
        directory.close();
    }

    private static int bytesOfBare() {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        try {
            SnapshotFormat.write(content(0), 1, bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.size();
    }

    private static ModelTree content(int bytes) {
        ModelTree tree = new ModelTree();
        new ModelTree.Author(tree).create("/n", "x".repeat(bytes));
        return tree;
    }

    /** A snapshot, and the log that goes on behind it. */
    private void write(int... zxids) throws IOException {
        for (int each : zxids) {
            written.add(snapshots.write(content(SNAPSHOT_BYTES - bare), each));
            byte[] records = new byte[LOG_BYTES];
            Arrays.fill(records, (byte) 1);
            Files.write(logAfter(each), records);
        }
    }

    private Path logAfter(int zxid) {
        return directory.logDirectory().resolve("log." + Integer.toHexString(zxid + 1));
    }

    private void roomFor(int snapshotCount, int logCount) {
        capacityBytes = 2L * (snapshotCount * SNAPSHOT_BYTES + logCount * LOG_BYTES);
    }

    private List<String> left() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path each : directory.disk().list(directory.snapshotDirectory())) {
            names.add(each.getFileName().toString());
        }
        names.removeIf(each -> !each.startsWith("snapshot.") && !each.startsWith("log."));
        return names;
    }

    @Test
    void theOldestGoSoonerUntilTheRestTakesHalfOfIt() throws IOException {
        write(1, 2, 3, 4, 5);
        roomFor(2, 3);

        assertThat(snapshots.isCrowded()).isTrue();
        snapshots.purge(3);

        assertThat(left()).containsExactly("log.4", "log.5", "log.6", "snapshot.4", "snapshot.5");
        assertThat(snapshots.isCrowded()).isFalse();
        assertThat(snapshots.purge(3)).isEmpty();
    }

    @Test
    void whatFitsExactlyStays() throws IOException {
        write(1, 2, 3, 4);
        roomFor(3, 4);

        snapshots.purge(3);

        assertThat(left())
                .containsExactly("log.2", "log.3", "log.4", "log.5", "snapshot.2", "snapshot.3", "snapshot.4");
    }

    /** Apache ZooKeeper leaves logs that seem to be of 64 MB. */
    @Test
    void zerosThatTakeNoRoomDoNotCount() throws IOException {
        write(1, 2, 3, 4);
        for (int each = 1; each < 4; each++) {
            try (FileChannel log = FileChannel.open(logAfter(each), StandardOpenOption.WRITE)) {
                log.write(ByteBuffer.allocate(1), 3_000_000);
            }
        }
        roomFor(4, 4);

        assertThat(snapshots.isCrowded()).isFalse();
        assertThat(snapshots.purge(4)).isEmpty();

        roomFor(2, 3);
        snapshots.purge(4);
        assertThat(left()).containsExactly("log.3", "log.4", "log.5", "snapshot.3", "snapshot.4");
    }

    @Test
    void whatIsSparedGoesToo() throws IOException {
        write(1, 2, 3, 4, 5, 6);
        roomFor(3, 4);

        snapshots.purge(3, List.of(written.get(0), written.get(1)), () -> {});

        assertThat(left())
                .containsExactly("log.4", "log.5", "log.6", "log.7", "snapshot.4", "snapshot.5", "snapshot.6");
    }

    @Test
    void theNewestThatIsWholeStaysWithItsLogsHoweverMuchTheyTake() throws IOException {
        write(1, 2, 3);
        Files.write(directory.snapshotDirectory().resolve("snapshot.4"), new byte[SNAPSHOT_BYTES]);
        capacityBytes = 0;

        snapshots.purge(3);

        assertThat(left()).containsExactly("log.3", "log.4", "snapshot.3", "snapshot.4");
        assertThat(snapshots.purge(3)).isEmpty();
    }

    @Test
    void nothingGoesWhereNoneIsWhole() throws IOException {
        for (int each = 1; each < 5; each++) {
            Files.write(directory.snapshotDirectory().resolve("snapshot." + each), new byte[SNAPSHOT_BYTES]);
        }
        capacityBytes = 0;

        assertThat(snapshots.purge(3)).isEmpty();
    }

    @Test
    void logsOfAnotherVolumeHaveHalfOfThat() throws IOException {
        directory.close();
        reopen("logs");
        write(1, 2, 3, 4, 5);
        roomFor(4, 0);
        capacityOfLogsBytes = 6 * LOG_BYTES;

        snapshots.purge(3);

        assertThat(left()).containsExactly("snapshot.4", "snapshot.5");
        assertThat(directory.disk().list(directory.logDirectory())).hasSize(3);
    }

    @Test
    void twoDirectoriesOfOneVolumeHaveHalfOfItTogether() throws IOException {
        directory.close();
        reopen("logs");
        write(1, 2, 3, 4, 5);
        roomFor(2, 3);

        snapshots.purge(3);

        assertThat(left()).containsExactly("snapshot.4", "snapshot.5");
        assertThat(directory.disk().list(directory.logDirectory())).hasSize(3);
    }

    @Test
    void itIsSaidOnce() throws IOException {
        write(1, 2, 3, 4);
        roomFor(2, 3);
        snapshots.purge(3);
        write(5);
        snapshots.purge(3);
        write(6);
        snapshots.purge(3);

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "old snapshots and their logs take more than half of the volume, keeping fewer kept=2 of=3"
                                + " in=" + directory.snapshotDirectory());
    }
}
