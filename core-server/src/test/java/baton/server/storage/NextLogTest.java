package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Bytes;
import baton.server.txn.LogSpace;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class NextLogTest {
    private static final int KILOBYTE = 1024;

    @TempDir
    Path dir;

    private final List<String> calls = new ArrayList<>();
    private String failing = "";
    private String problem = "broken";
    private long usableBytes = Long.MAX_VALUE;
    private Path version;
    private ReserveFile reserve;
    private DataDirectory directory;
    private FileLog log;
    private long zxid;

    private void open(LogSettings settings) throws IOException {
        open(Disk.ofSystem(), settings);
    }

    private void open(Disk disk, LogSettings settings) throws IOException {
        directory = DataDirectory.open(new TappedDisk(disk, this::tap), dir, dir);
        version = directory.logDirectory();
        log = FileLog.open(directory, 0, settings);
    }

    /** Opens a log on a disk with as much space as a test says. */
    private void openWithReserve(long reserveBytes) throws IOException {
        LogSettings settings = LogSettings.withNextLog(1 << 20);
        Disk disk = new ForwardingDisk(new TappedDisk(Disk.ofSystem(), this::tap)) {
            @Override
            public long usableBytes(Path directory) {
                return usableBytes;
            }
        };
        directory = DataDirectory.open(disk, dir, dir);
        version = directory.logDirectory();
        reserve = new ReserveFile(disk, directory.sideDirectory(), settings.reserveFileBytes());
        SpaceWatch space = new SpaceWatch(disk, List.of(version), () -> reserveBytes, reserve);
        log = new FileLog(directory, 0, settings, reserve, space);
    }

    /** Leaves a file that was written to so far that the next one is made in more than one slice. */
    private void askForFileOfTwoSlices() throws IOException {
        for (int i = 0; i < 600; i++) {
            write(KILOBYTE);
        }
        fill();
        write(KILOBYTE);
        for (int i = 0; i < 100; i++) {
            write(KILOBYTE);
        }
        assertTrue(log.next().isWanted());
    }

    private long logBytes() throws IOException {
        try (LogScan scan = LogScan.open(Disk.ofSystem(), version.resolve("log.1"))) {
            while (scan.next() != null) {
                continue;
            }
            return scan.dataEnd();
        }
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        directory.close();
    }

    @Test
    void isFilledBeforeItIsWrittenToAndKeepsItsSize() throws IOException {
        open(LogSettings.withNextLog(1 << 20));
        fill();
        calls.clear();

        for (int i = 0; i < 50; i++) {
            write(KILOBYTE);
        }

        assertThat(logs()).containsExactly("log.1");
        assertThat(version.resolve("log.1")).hasSize(256 * KILOBYTE);
        assertThat(calls.subList(0, 7))
                .containsExactly(
                        "write watermark",
                        "sync watermark",
                        "rename tmp.next-log",
                        "sync-directory version-2",
                        "write log.1",
                        "write log.1",
                        "sync log.1");
    }

    @Test
    void isTakenWhenTheOneBeforeHasNoRoomLeft() throws IOException {
        open(LogSettings.withNextLog(1 << 20));

        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            write(KILOBYTE);
            fill();
        }

        for (String each : logs()) {
            sizes.add(Files.size(version.resolve(each)) / KILOBYTE);
        }
        assertThat(sizes).isSorted().startsWith(1L, 256L, 256L).contains(508L).endsWith(1024L);
        assertEquals(4000, written());
    }

    @Test
    void isAsLongAsWhatWasWrittenBetweenTheLastTwoSnapshotsAndAnEighth() throws IOException {
        open(LogSettings.withNextLog(1 << 20));
        log.roll();
        for (int i = 0; i < 600; i++) {
            write(KILOBYTE);
            fill();
        }
        long expected = log.bytesSinceRoll() * 9 / 8;
        assertThat(logs().size()).isGreaterThan(1);

        log.roll();
        // One is ready that was asked for before.
        for (int i = 0; i < 300; i++) {
            write(KILOBYTE);
        }
        fill();
        write(KILOBYTE);
        fill();
        for (int i = 0; i < 600; i++) {
            write(KILOBYTE);
        }

        assertThat(version.resolve(logs().get(logs().size() - 1))).hasSize(expected - expected % 4096);
    }

    @Test
    void isLateOnceLessOfItIsFilledThanTheLogHasUsedSinceItWasAskedFor() throws IOException {
        open(LogSettings.withNextLog(4 << 20));
        askForFileOfTwoSlices();
        assertTrue(log.next().isLate(), "nothing is filled");
        log.next().fill();
        assertFalse(log.next().isLate(), "more of it than of the log's own file since a quarter was");

        for (int i = 0; i < 100; i++) {
            write(KILOBYTE);
        }
        assertTrue(log.next().isLate());
        fill();
        assertFalse(log.next().isLate(), "ready");
    }

    @Test
    void isDoneWithoutIfItIsNotReady() throws IOException {
        open(LogSettings.withNextLog(1 << 20));
        log.next().fill();
        for (int i = 0; i < 1000; i++) {
            write(KILOBYTE);
        }

        assertThat(logs()).containsExactly("log.1");
        assertThat(version.resolve("log.1"))
                .satisfies(each -> assertThat(Files.size(each)).isBetween(1000L * KILOBYTE, 1100L * KILOBYTE));
        assertEquals(1000, written());
    }

    @Test
    void isNotMadeForLargeBatches() throws IOException {
        open(LogSettings.withNextLog(1 << 20));
        fill();

        for (int i = 0; i < 30; i++) {
            write(200 * KILOBYTE);
            fill();
        }

        assertFalse(log.next().isWanted());
        for (int i = 0; i < 30; i++) {
            write(KILOBYTE);
        }
        assertTrue(log.next().isWanted(), "small ones again");
    }

    @Test
    void isNotMadeWhereNobodyWaitsForSyncsOrNothingIsToBeMadeAhead() throws IOException {
        open(LogSettings.of(1 << 20, false, 0, 1 << 20, 0));
        write(KILOBYTE);
        assertFalse(log.next().isWanted());
        close();

        open(LogSettings.withNextLog(0));
        zxid = 0;
        Files.delete(version.resolve("log.1"));
        write(KILOBYTE);
        assertFalse(log.next().isWanted());
    }

    @Test
    void aDiskThatTakesNoBlocksIsNamedOnceWithItsReason() throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger(NextLog.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            open(withoutBlocks(), LogSettings.withNextLog(1 << 20));
            for (int i = 0; i < 1000; i++) {
                fill();
                write(KILOBYTE);
            }
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }

        assertThat(logs()).hasSizeGreaterThan(1);
        assertEquals(1000, written());
        assertThat(lines.list)
                .extracting(ILoggingEvent::toString)
                .containsExactly("[INFO] writing the log through the system's cache directory=" + version
                        + " because=java.io.IOException: Invalid argument");
    }

    private static Disk withoutBlocks() {
        return new ForwardingDisk(Disk.ofSystem()) {
            @Override
            public DiskFile open(Path file, Mode mode) throws IOException {
                return mode == Mode.BLOCKS
                        ? new BlockFile(
                                disk.open(file, Mode.WRITE),
                                () -> {
                                    throw new IOException("Invalid argument");
                                },
                                4096)
                        : disk.open(file, mode);
            }
        };
    }

    @Test
    void isNotLongerThanALogMayBe() throws IOException {
        open(LogSettings.of(1 << 20, true, 10_000, 1 << 20, 0));
        fill();
        write(KILOBYTE);

        assertThat(version.resolve("log.1")).hasSize(8192);
    }

    @Test
    void whatCannotBeMadeIsDeletedAndMadeAnew() throws IOException {
        open(LogSettings.withNextLog(1 << 20));
        failing = "sync tmp.next-log";
        assertThatThrownBy(() -> log.next().fill())
                .isInstanceOf(WriteFailedException.class)
                .hasMessageContaining("cannot prepare " + version.resolve("tmp.next-log"));
        assertThat(version.resolve("tmp.next-log")).doesNotExist();
        write(KILOBYTE);
        failing = "";

        fill();
        write(KILOBYTE);

        assertThat(logs()).containsExactly("log.1", "log.2");
        assertEquals(2, written());
    }

    @Test
    void isNotMadeIfItWouldMakeTheDiskNearlyFull() throws IOException {
        openWithReserve(1000 * KILOBYTE);

        usableBytes = 1500 * KILOBYTE + 256 * KILOBYTE - 1;
        assertFalse(log.next().fill());
        assertThat(version.resolve("tmp.next-log")).doesNotExist();

        usableBytes++;
        assertTrue(log.next().fill());
        assertFalse(log.next().isWanted());
    }

    @Test
    void whatIsHalfMadeIsGivenBackIfOthersFillTheDisk() throws IOException {
        openWithReserve(1000 * KILOBYTE);
        askForFileOfTwoSlices();
        assertTrue(log.next().fill());
        assertThat(version.resolve("tmp.next-log")).exists();

        usableBytes = 1500 * KILOBYTE;
        assertFalse(log.next().fill());

        assertThat(version.resolve("tmp.next-log")).doesNotExist();
        assertTrue(log.next().isWanted());
    }

    @Test
    void whatIsReadyIsGivenBackOnceTheLogHasDeclinedIt() throws IOException {
        openWithReserve(1000 * KILOBYTE);
        fill();
        long before = log.asks();
        log.upkeep(0);
        assertFalse(log.next().isBegun(), "there is space");

        usableBytes = 1000 * KILOBYTE - 1;
        log.upkeep(TimeUnit.SECONDS.toNanos(1));
        assertTrue(log.next().isBegun());
        assertEquals(before + 1, log.asks(), "whoever can delete it should look");
        write(KILOBYTE);
        assertThat(version.resolve("log.1")).hasSize(logBytes());
        log.next().giveBack();

        assertThat(version.resolve("tmp.next-log")).doesNotExist();
        assertFalse(log.next().isBegun());
        usableBytes = Long.MAX_VALUE;
        fill();
        write(KILOBYTE);
        assertThat(logs()).containsExactly("log.1", "log.2");
    }

    @Test
    void whatTheDiskHasNoSpaceToRenameIsNotForgotten() throws IOException {
        openWithReserve(0);
        reserve.prepare();
        fill();
        failing = "rename tmp.next-log";
        problem = "No space left on device";

        write(KILOBYTE);

        assertEquals(1, written());
        log.upkeep(0);
        log.next().giveBack();
        assertThat(version.resolve("tmp.next-log")).doesNotExist();
    }

    @Test
    void whatIsWrittenAheadMakesTheLogLookHowMuchIsLeft() throws IOException {
        openWithReserve(1000 * KILOBYTE);
        usableBytes = 2000 * KILOBYTE;
        log.upkeep(0);
        fill();
        usableBytes = 900 * KILOBYTE;

        write(250 * KILOBYTE);

        assertEquals(LogSpace.Level.LOW, log.space().level());
    }

    @Test
    void neverTakesThePlaceOfALog() throws IOException {
        open(LogSettings.withNextLog(1 << 20));
        Files.write(version.resolve("log.1"), new byte[] {7});
        fill();

        assertThatThrownBy(() -> write(KILOBYTE)).hasMessageContaining("cannot create " + version.resolve("log.1"));

        assertThat(Files.readAllBytes(version.resolve("log.1"))).containsExactly(7);
    }

    @Test
    void isGoneWhenTheLogIsClosed() throws IOException {
        open(LogSettings.withNextLog(4 << 20));
        fill();
        write(KILOBYTE);
        log.close();
        assertThat(logs()).containsExactly("log.1");

        directory.close();
        open(LogSettings.withNextLog(4 << 20));
        zxid = 0;
        Files.delete(version.resolve("log.1"));
        fill();
        log.close();

        assertThat(Disk.ofSystem().list(version)).isEmpty();
    }

    @Test
    void isALogWithoutRecordsForBothServersIfACrashComesInBetween() throws IOException {
        ModelTree tree = new ModelTree();
        ModelTree.Author author = new ModelTree.Author(tree);
        FileStorage storage = FileStorage.open(
                DataDirectory.open(dir.resolve("data")),
                new ModelTree(),
                tree,
                DigestCheck.REFUSE,
                LogSettings.withNextLog(1 << 20),
                SnapshotForm.PLAIN);
        for (TxnEntry each : author.nodes(3)) {
            storage.log().append(each);
        }
        storage.log().force();
        storage.nextLog().fill();
        Path taken = storage.directory().logDirectory().resolve("log.4");
        storage.nextLog().take(taken).close();
        storage.close();

        assertEquals(
                3,
                new ApacheDirectory(dir.resolve("data"))
                        .load(dir.resolve("copy"))
                        .zxid());
        ModelTree found = new ModelTree();
        FileStorage again = FileStorage.open(
                DataDirectory.open(dir.resolve("data")),
                found,
                found,
                DigestCheck.REFUSE,
                LogSettings.withNextLog(0),
                SnapshotForm.PLAIN);
        again.close();
        assertEquals(tree.dump(), found.dump());
        assertThat(taken).doesNotExist();

        open(LogSettings.withNextLog(0));
    }

    private void fill() throws StorageException {
        while (log.next().isWanted()) {
            log.next().fill();
        }
    }

    private void write(int bytes) throws StorageException {
        zxid++;
        log.append(TxnEntry.of(1, 1, zxid, 1, new Txn.SetData("/a", Bytes.wrap(new byte[bytes]), 1), null));
        log.force();
    }

    private List<String> logs() throws IOException {
        return ZxidFile.logs(Disk.ofSystem(), version).stream()
                .map(each -> each.path().getFileName().toString())
                .toList();
    }

    private int written() throws IOException {
        int count = 0;
        for (ZxidFile each : ZxidFile.logs(Disk.ofSystem(), version)) {
            try (LogScan scan = LogScan.open(Disk.ofSystem(), each.path())) {
                while (scan.next() != null) {
                    count++;
                }
            }
        }
        return count;
    }

    private void tap(String call, Path file, int bytes) throws IOException {
        String each = call + " " + file.getFileName();
        calls.add(each);
        if (each.equals(failing)) {
            throw new IOException(problem);
        }
    }
}
