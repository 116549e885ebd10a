package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.protocol.Bytes;
import baton.server.txn.LogSpace;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLogTest extends TxnLogContract {
    @TempDir
    Path dir;

    private final ModelTree.Author author = new ModelTree.Author(new ModelTree());
    private final List<String> calls = new ArrayList<>();
    private String failing = "";
    private Path version;
    private DataDirectory directory;
    private FileLog log;

    @BeforeEach
    void openLog() throws IOException {
        log = open(new TappedDisk(Disk.ofSystem(), this::tap), 0);
    }

    @AfterEach
    void closeDirectory() throws IOException {
        directory.close();
    }

    private FileLog open(Disk disk, int room) throws IOException {
        if (directory != null) {
            directory.close();
        }
        directory = DataDirectory.open(disk, dir, dir);
        version = directory.logDirectory();
        return FileLog.open(directory, 0, LogSettings.withNextLog(room));
    }

    @Override
    TxnLog open() {
        return log;
    }

    private List<TxnEntry> written() throws IOException {
        List<TxnEntry> found = new ArrayList<>();
        for (ZxidFile each : ZxidFile.logs(Disk.ofSystem(), version)) {
            try (LogScan scan = LogScan.open(Disk.ofSystem(), each.path())) {
                for (TxnEntry entry = scan.next(); entry != null; entry = scan.next()) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    @Test
    void whatWasForcedSurvivesAndWhatWasNotDoesNot() throws IOException {
        List<TxnEntry> entries = author.nodes(5);
        for (TxnEntry each : entries.subList(0, 3)) {
            log.append(each);
        }
        assertEquals(3, log.force());
        log.append(entries.get(3));
        log.append(entries.get(4));

        assertEquals(5, log.lastZxid());
        assertEquals(entries.subList(0, 3), written());
    }

    @Test
    void rollingForces() throws IOException {
        List<TxnEntry> entries = author.nodes(3);
        log.append(entries.get(0));
        log.roll();
        log.append(entries.get(1));
        log.roll();
        log.append(entries.get(2));

        assertEquals(entries.subList(0, 2), written());
    }

    @Test
    void closingForces() throws IOException {
        List<TxnEntry> entries = author.nodes(2);
        log.append(entries.get(0));
        log.append(entries.get(1));

        log.close();

        assertEquals(entries, written());
    }

    @Test
    void aBatchIsOneWriteAndOneForceHoweverLargeItIs() throws IOException {
        List<TxnEntry> entries = author.nodes(500);
        log.append(entries.get(0));
        log.force();
        calls.clear();

        for (TxnEntry each : entries.subList(1, 500)) {
            log.append(each);
        }
        log.force();

        assertThat(calls).hasSize(2);
        assertThat(calls.get(0)).startsWith("write ");
        assertEquals("sync", calls.get(1));
    }

    @Test
    void aFileBearsTheZxidOfItsFirstEntry() throws IOException {
        for (TxnEntry each : author.nodes(40)) {
            log.append(each);
            if (each.zxid() % 16 == 0) {
                log.roll();
            }
        }
        log.close();

        assertThat(ZxidFile.logs(Disk.ofSystem(), version))
                .containsExactly(
                        new ZxidFile(version.resolve("log.1"), 1),
                        new ZxidFile(version.resolve("log.11"), 17),
                        new ZxidFile(version.resolve("log.21"), 33));
    }

    @Test
    void anExistingFileIsNeverWrittenTo() throws IOException {
        Files.write(version.resolve("log.1"), new byte[] {7});
        log.append(author.openSession());

        assertThatThrownBy(log::force)
                .isInstanceOf(WriteFailedException.class)
                .hasCauseInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("cannot create " + version.resolve("log.1"));

        assertThat(Files.readAllBytes(version.resolve("log.1"))).containsExactly(7);
    }

    @Nested
    class WhenTheDiskFails {
        @Test
        void aFailedForceIsNeverTriedAgain() throws IOException {
            failing = "sync";
            log.append(author.openSession());

            StorageException first = assertThrows(WriteFailedException.class, log::force);
            failing = "";
            int before = calls.size();

            assertSame(first, assertThrows(StorageException.class, log::force));
            assertSame(first, assertThrows(StorageException.class, log::roll));
            assertSame(first, assertThrows(StorageException.class, () -> log.append(author.create("/a", ""))));
            assertThat(first)
                    .hasMessageContaining("cannot force " + version.resolve("log.1"))
                    .hasMessageContaining("broken");
            log.close();
            assertThat(calls.subList(before, calls.size())).containsExactly("close");
        }

        @Test
        void anOrderlyEndMarksWhatCouldNotBeMarkedBefore() throws IOException {
            boolean[] refused = {false};
            FileLog marking = open(
                    new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
                        if (refused[0] && call.equals("write") && file.endsWith(Watermark.FILE)) {
                            throw new IOException("broken");
                        }
                    }),
                    0);
            marking.append(author.openSession());
            marking.force();
            refused[0] = true;
            marking.upkeep(0);
            refused[0] = false;

            marking.close();

            assertThat(Watermark.read(Disk.ofSystem(), directory.sideDirectory()))
                    .map(Watermark.Mark::zxid)
                    .hasValue(1L);
        }

        @Test
        void afterAFailedWriteNothingIsWritten() throws IOException {
            log.append(author.openSession());
            log.force();
            failing = "write";
            log.append(author.create("/a", ""));

            assertThatThrownBy(log::force).hasMessageContaining("cannot write " + version.resolve("log.1"));
            failing = "";
            assertThrows(WriteFailedException.class, () -> log.append(author.create("/b", "")));

            assertEquals(1, written().size());
        }

        @Test
        void aBatchThatDoesNotFitGoesToTheReserve() throws IOException {
            List<TxnEntry> entries = author.nodes(6);
            boolean[] full = {false};
            FileLog tight = open(new TappedDisk(Disk.ofSystem(), refusing(full)), 0);
            reserve().prepare();
            tight = FileLog.open(directory, 0, LogSettings.withNextLog(0));
            tight.append(entries.get(0));
            tight.append(entries.get(1));
            tight.force();
            long before = Files.size(version.resolve("log.1"));

            full[0] = true;
            tight.append(entries.get(2));
            assertEquals(3, tight.force());
            tight.append(entries.get(3));
            assertEquals(4, tight.force());

            assertEquals(LogSpace.Level.SPENT, tight.space().level());
            assertEquals(before, Files.size(version.resolve("log.1")), "nothing of the batch is left");
            assertThat(calls.subList(calls.indexOf("truncate"), calls.size()))
                    .as("nor after a power cut")
                    .startsWith("truncate", "sync", "close");
            assertEquals(entries.subList(0, 4), written());
            assertThat(ZxidFile.logs(Disk.ofSystem(), version))
                    .extracting(ZxidFile::zxid)
                    .containsExactly(1L, 3L);
            assertFalse(reserve().isReady());
        }

        @Test
        void aFileThatCannotEvenBeBegunIsReplacedByTheReserve() throws IOException {
            boolean[] full = {true};
            open(new TappedDisk(Disk.ofSystem(), refusing(full)), 0);
            reserve().prepare();
            FileLog tight = FileLog.open(directory, 0, LogSettings.withNextLog(0));
            TxnEntry entry = author.openSession();

            tight.append(entry);
            tight.force();

            assertEquals(List.of(entry), written());
        }

        @Test
        void whatIsSureToFitFillsTheReserveToItsLastByte() throws IOException {
            int reserveBytes = 4_096;
            boolean[] full = {false};
            Disk disk = new TappedDisk(Disk.ofSystem(), refusing(full, reserveBytes));
            open(disk, 0);
            ReserveFile reserve = new ReserveFile(disk, directory.sideDirectory(), reserveBytes);
            reserve.prepare();
            SpaceWatch spent = new SpaceWatch(disk, List.of(version), () -> Long.MAX_VALUE / 2, reserve);
            LogSettings settings = new LogSettings(0, true, 0, reserveBytes, 0, reserveBytes);
            FileLog tight = new FileLog(directory, 0, settings, reserve, spent);
            tight.upkeep(1);
            assertEquals(LogSpace.Level.SPENT, tight.space().level());
            long sureBytes = tight.space().sureBytes();

            full[0] = true;
            tight.append(setting(1, 0));
            int emptyBytes = Math.toIntExact(tight.bytesSinceRoll());
            tight.append(setting(2, Math.toIntExact(sureBytes) - 2 * emptyBytes));
            tight.force();

            assertEquals(sureBytes, tight.bytesSinceRoll());
            assertEquals(reserveBytes, Files.size(version.resolve("log.1")));
            assertEquals(0, tight.space().sureBytes());
        }

        private TxnEntry setting(long zxid, int bytes) {
            return TxnEntry.of(1, 1, zxid, 1, new Txn.SetData("/a", Bytes.wrap(new byte[bytes]), 1), null);
        }

        @Test
        void withoutAReserveAFullDiskSaysSoAndIsFinal() throws IOException {
            boolean[] full = {true};
            FileLog tight = open(new TappedDisk(Disk.ofSystem(), refusing(full)), 0);
            tight.append(author.openSession());

            assertThatThrownBy(tight::force)
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("no space left to write " + version.resolve("log.1"))
                    .hasMessageEndingWith("make room in " + version);
            full[0] = false;
            assertThrows(DiskFullException.class, tight::force);
        }

        private ReserveFile reserve() {
            return new ReserveFile(
                    Disk.ofSystem(),
                    directory.sideDirectory(),
                    LogSettings.withNextLog(0).reserveFileBytes());
        }

        /** Has no space for files that are not there in their full size already. */
        private TappedDisk.Tap refusing(boolean[] full) {
            return refusing(full, LogSettings.withNextLog(0).reserveFileBytes());
        }

        private TappedDisk.Tap refusing(boolean[] full, int reserveBytes) {
            return (call, file, bytes) -> {
                calls.add(call);
                boolean grows = call.equals("write") && Files.size(file) < reserveBytes;
                if (full[0] && grows && file.getFileName().toString().startsWith("log.")) {
                    throw new IOException("No space left on device");
                }
            };
        }
    }

    @Test
    void unforcedBatchesAreWrittenButNotSynced() throws IOException {
        FileLog unforced = FileLog.open(directory, 0, LogSettings.of(0, false, 0, 10_000, 0));
        List<TxnEntry> entries = author.nodes(2);
        unforced.append(entries.get(0));
        unforced.append(entries.get(1));

        assertEquals(2, unforced.force());

        assertThat(calls).anyMatch(each -> each.startsWith("write")).doesNotContain("sync");
        assertEquals(entries, written());
    }

    @Test
    void whatWasNotSyncedIsBeforeItsFileIsLeft() throws IOException {
        FileLog unforced = FileLog.open(directory, 0, LogSettings.of(0, false, 500, 10_000, 0));
        appendOneByOne(unforced, author.nodes(30));
        unforced.roll();

        List<String> ends = calls.stream()
                .filter(each -> each.equals("sync") || each.equals("close"))
                .toList();
        assertThat(ends).hasSizeGreaterThan(4);
        for (int i = 0; i < ends.size(); i += 2) {
            assertThat(ends.subList(i, i + 2)).containsExactly("sync", "close");
        }
    }

    @Test
    void noSyncOfAnUnforcedLogIsOfMoreThanAFewMegabytes() throws IOException {
        long[] unsynced = {0, 0};
        Disk counting = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
            if (file.getFileName().toString().startsWith("log.")) {
                unsynced[0] = call.equals("sync") ? 0 : unsynced[0] + bytes;
                unsynced[1] = Math.max(unsynced[1], unsynced[0]);
            }
        });
        open(counting, 0);
        FileLog unforced = FileLog.open(directory, 0, LogSettings.of(1 << 20, false, 0, 1 << 20, 0));

        for (int zxid = 1; zxid <= 100; zxid++) {
            unforced.append(TxnEntry.of(1, 1, zxid, 1, new Txn.SetData("/a", Bytes.wrap(new byte[200_000]), 1), null));
            unforced.force();
        }

        assertThat(unsynced[1]).isBetween(8L << 20, 10L << 20);
        unforced.roll();
        assertThat(unsynced[0]).isZero();
    }

    @Test
    void aFileThatIsLongEnoughIsFollowedByAnother() throws IOException {
        FileLog limited = FileLog.open(directory, 0, LogSettings.of(0, true, 500, 10_000, 0));
        appendOneByOne(limited, author.nodes(30));
        limited.close();

        assertThat(ZxidFile.logs(Disk.ofSystem(), version)).hasSizeGreaterThan(4);
        assertEquals(30, written().size());
        assertEquals(30, limited.entriesSinceRoll(), "what leads to a snapshot goes on counting");
    }

    private void tap(String call, Path file, int bytes) throws IOException {
        if (!file.getFileName().toString().startsWith("log.")) {
            return;
        }
        calls.add(bytes == 0 ? call : call + " " + bytes);
        if (call.equals(failing)) {
            throw new IOException("broken");
        }
    }

    private static void appendOneByOne(FileLog log, List<TxnEntry> entries) throws IOException {
        for (TxnEntry each : entries) {
            log.append(each);
            log.force();
        }
    }
}
