package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Bytes;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextLogTest {
    private static final int KILOBYTE = 1024;

    @TempDir
    Path dir;

    private final List<String> calls = new ArrayList<>();
    private String failing = "";
    private Path version;
    private DataDirectory directory;
    private FileLog log;
    private long zxid;

    private void open(LogSettings settings) throws IOException {
        directory = DataDirectory.open(new TappedDisk(Disk.ofSystem(), this::tap), dir, dir);
        version = directory.logDirectory();
        log = FileLog.open(directory, 0, settings);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        directory.close();
    }

    @Test
    void isFilledBeforeItIsWrittenToAndKeepsItsSize() throws IOException {
        open(LogSettings.withRoom(1 << 20));
        fill();
        calls.clear();

        for (int i = 0; i < 50; i++) {
            write(KILOBYTE);
        }

        assertThat(logs()).containsExactly("log.1");
        assertThat(version.resolve("log.1")).hasSize(256 * KILOBYTE);
        assertThat(calls.subList(0, 5))
                .containsExactly(
                        "rename tmp.next-log", "sync-directory version-2", "write log.1", "write log.1", "sync log.1");
    }

    @Test
    void isTakenWhenTheOneBeforeHasNoRoomLeft() throws IOException {
        open(LogSettings.withRoom(1 << 20));

        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            write(KILOBYTE);
            fill();
        }

        for (String each : logs()) {
            sizes.add(Files.size(version.resolve(each)) / KILOBYTE);
        }
        assertThat(sizes).isSorted().startsWith(1L, 256L, 256L).contains(511L).endsWith(1024L);
        assertEquals(4000, written());
    }

    @Test
    void isDoneWithoutIfItIsNotReady() throws IOException {
        open(LogSettings.withRoom(1 << 20));
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
        open(LogSettings.withRoom(1 << 20));
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

        open(LogSettings.withRoom(0));
        zxid = 0;
        Files.delete(version.resolve("log.1"));
        write(KILOBYTE);
        assertFalse(log.next().isWanted());
    }

    @Test
    void isNotLongerThanALogMayBe() throws IOException {
        open(LogSettings.of(1 << 20, true, 10_000, 1 << 20, 0));
        fill();
        write(KILOBYTE);

        assertThat(version.resolve("log.1")).hasSize(10_000);
    }

    @Test
    void whatCannotBeMadeIsDeletedAndMadeAnew() throws IOException {
        open(LogSettings.withRoom(1 << 20));
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
    void neverTakesThePlaceOfALog() throws IOException {
        open(LogSettings.withRoom(1 << 20));
        Files.write(version.resolve("log.1"), new byte[] {7});
        fill();

        assertThatThrownBy(() -> write(KILOBYTE)).hasMessageContaining("cannot create " + version.resolve("log.1"));

        assertThat(Files.readAllBytes(version.resolve("log.1"))).containsExactly(7);
    }

    @Test
    void isGoneWhenTheLogIsClosed() throws IOException {
        open(LogSettings.withRoom(4 << 20));
        fill();
        write(KILOBYTE);
        log.close();
        assertThat(logs()).containsExactly("log.1");

        directory.close();
        open(LogSettings.withRoom(4 << 20));
        zxid = 0;
        Files.delete(version.resolve("log.1"));
        fill();
        log.close();

        assertThat(version).isEmptyDirectory();
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
                LogSettings.withRoom(1 << 20),
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
                LogSettings.withRoom(0),
                SnapshotForm.PLAIN);
        again.close();
        assertEquals(tree.dump(), found.dump());
        assertThat(taken).doesNotExist();

        open(LogSettings.withRoom(0));
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
            throw new IOException("broken");
        }
    }
}
