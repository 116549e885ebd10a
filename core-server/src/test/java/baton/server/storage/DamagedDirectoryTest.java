package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.WireWriter;
import baton.protocol.Zxid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of damage to directories of both writers: what we make of it, and what Apache ZooKeeper 3.9.5 does, so that
 * a change of theirs is noticed.
 *
 * <p>Each directory has two logs and two snapshots, the second of both written after the first log was left.
 */
@Timeout(120)
class DamagedDirectoryTest {
    /** Who wrote the directory. */
    enum Writer {
        APACHE,
        OURS
    }

    private static final String TTL_SWITCH = "zookeeper.extendedTypesEnabled";

    @TempDir
    static Path templates;

    @TempDir
    Path temp;

    private Path version;
    private ZxidFile firstLog;
    private ZxidFile secondLog;
    private ZxidFile newestSnapshot;
    private long lastZxid;
    private int copies;

    @BeforeAll
    static void write() throws Exception {
        System.setProperty(TTL_SWITCH, "true");
        Path apache = templates.resolve("APACHE");
        ApacheInteropTest.writeWithApache(apache, "first");
        new ApacheDirectory(apache).snapshot(org.apache.zookeeper.server.persistence.SnapStream.StreamMode.CHECKED);
        ApacheInteropTest.writeWithApache(apache, "second");
        for (ZxidFile each : ZxidFile.snapshots(Disk.ofSystem(), apache.resolve("version-2"))) {
            // What Apache writes when it starts again leaves one snapshot more than is wanted here.
            if (each.zxid() > 0 && each.zxid() < newest(apache).zxid()) {
                Files.delete(each.path());
            }
        }
        Path ours = templates.resolve("OURS");
        ModelTree tree = new ModelTree();
        ModelTree.Author author = new ModelTree.Author(tree);
        for (int half = 0; half < 2; half++) {
            ModelTree found = new ModelTree();
            try (FileStorage storage = open(ours, found)) {
                for (baton.server.txn.TxnEntry each : author.nodes(20)) {
                    storage.log().append(each);
                }
                storage.log().force();
                if (half == 0) {
                    storage.log().roll();
                    storage.snapshots().write(tree, tree.lastZxid());
                }
            }
        }
        // As if it had been killed: what it wrote last is not known to be durable.
        Files.delete(ours.resolve("version-2.ext/watermark"));
    }

    @AfterAll
    static void reset() {
        System.clearProperty(TTL_SWITCH);
    }

    private static ZxidFile newest(Path dir) throws IOException {
        List<ZxidFile> all = ZxidFile.snapshots(Disk.ofSystem(), dir.resolve("version-2"));
        return all.get(all.size() - 1);
    }

    private void given(Writer writer) throws IOException {
        Path dir = temp.resolve("data");
        copy(templates.resolve(writer.name()), dir);
        version = dir.resolve("version-2");
        List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), version);
        firstLog = logs.get(logs.size() - 2);
        secondLog = logs.get(logs.size() - 1);
        newestSnapshot = newest(dir);
        lastZxid = load(dir).zxid();
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void nothingDamaged(Writer writer) throws IOException {
        given(writer);

        assertEquals(lastZxid, ours());
        assertEquals(lastZxid, theirs());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theEndOfTheLastRecordIsStillZero(Writer writer) throws IOException {
        given(writer);
        change(secondLog, (bytes, records) -> Arrays.fill(bytes, end(records) - 9, end(records), (byte) 0));

        assertEquals(lastZxid - 1, theirs());
        assertEquals(lastZxid - 1, ours());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theLastRecordIsDamagedButHasItsEndMark(Writer writer) throws IOException {
        given(writer);
        change(secondLog, (bytes, records) -> bytes[end(records) - 9] ^= 4);

        theyRefuse();
        assertEquals(lastZxid - 1, ours());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void aBitIsFlippedInTheMiddle(Writer writer) throws IOException {
        given(writer);
        change(secondLog, (bytes, records) -> bytes[records.get(2) + 20] ^= 4);

        theyRefuse();
        weRefuse(secondLog.path(), "damaged in its middle");
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void anEarlierLogIsCutInsideARecord(Writer writer) throws IOException {
        given(writer);
        Files.delete(newestSnapshot.path());
        cut(firstLog, end(records(firstLog)) - 30);

        assertEquals(lastZxid, theirs(), "only a server that collects its last transactions notices the hole");
        weRefuse(firstLog.path(), "what lies between is lost");
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theNewestLogIsEmpty(Writer writer) throws IOException {
        given(writer);
        Path begun = Files.write(version.resolve(ZxidFile.name("log", lastZxid + 1)), new byte[0]);

        assertEquals(lastZxid, theirs());
        assertEquals(lastZxid, ours());
        assertThat(begun).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theHeaderOfTheNewestLogIsTorn(Writer writer) throws IOException {
        given(writer);
        Files.write(version.resolve(ZxidFile.name("log", lastZxid + 1)), new byte[] {'Z', 'K', 'L', 'G', 0, 0, 0});

        theyRefuse();
        assertEquals(lastZxid, ours());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theNewestLogHasAHeaderAndZeros(Writer writer) throws IOException {
        given(writer);
        byte[] begun = Arrays.copyOf(Files.readAllBytes(secondLog.path()), LogFormat.HEADER_BYTES);
        Files.write(version.resolve(ZxidFile.name("log", lastZxid + 1)), Arrays.copyOf(begun, 5000));

        assertEquals(lastZxid, theirs());
        assertEquals(lastZxid, ours());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void anEarlierLogIsEmptied(Writer writer) throws IOException {
        given(writer);
        Files.delete(newestSnapshot.path());
        cut(firstLog, 0);

        theyRefuse();
        weRefuse(secondLog.path(), "what lies between is missing");
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theNewestSnapshotIsEmpty(Writer writer) throws IOException {
        given(writer);
        Files.write(newestSnapshot.path(), new byte[0]);

        assertEquals(lastZxid, theirs());
        assertEquals(lastZxid, ours());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theNewestSnapshotHasNoEnd(Writer writer) throws IOException {
        given(writer);
        byte[] whole = Files.readAllBytes(newestSnapshot.path());
        Files.write(newestSnapshot.path(), Arrays.copyOf(whole, whole.length / 2));

        assertEquals(lastZxid, theirs());
        assertEquals(lastZxid, ours());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theNewestSnapshotIsDamagedInside(Writer writer) throws IOException {
        given(writer);
        damageNewestSnapshot();

        assertEquals(lastZxid, theirs());
        assertEquals(lastZxid, ours());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theNewestSnapshotIsDamagedAndTheLogsBeforeItArePurged(Writer writer) throws IOException {
        given(writer);
        damageNewestSnapshot();
        Files.delete(firstLog.path());

        assertEquals(lastZxid, theirs(), "with a hole that nobody is told of");
        weRefuse(secondLog.path(), "what lies between is missing");
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theOnlySnapshotIsDamaged(Writer writer) throws IOException {
        given(writer);
        for (ZxidFile each : ZxidFile.snapshots(Disk.ofSystem(), version)) {
            if (!each.equals(newestSnapshot)) {
                Files.delete(each.path());
            }
        }
        damageNewestSnapshot();

        theyRefuse();
        assertEquals(lastZxid, ours(), "the logs go back to the first transaction");
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void theOnlySnapshotIsDamagedAndTheLogsDoNotReachBack(Writer writer) throws IOException {
        given(writer);
        for (ZxidFile each : ZxidFile.snapshots(Disk.ofSystem(), version)) {
            if (!each.equals(newestSnapshot)) {
                Files.delete(each.path());
            }
        }
        damageNewestSnapshot();
        Files.delete(firstLog.path());

        theyRefuse();
        assertThatThrownBy(this::ours)
                .isInstanceOf(CorruptSnapshotException.class)
                .hasMessageContaining(newestSnapshot.path().toString());
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void thereIsNoSnapshot(Writer writer) throws IOException {
        given(writer);
        for (ZxidFile each : ZxidFile.snapshots(Disk.ofSystem(), version)) {
            Files.delete(each.path());
        }

        theyRefuse();
        assertEquals(lastZxid, ours());
    }

    @Test
    void aLogWithoutRecordsSaysNothingAboutWhatWasDurable() throws IOException {
        given(Writer.OURS);
        change(secondLog, (bytes, records) -> bytes[records.get(3) + 20] ^= 4);
        WireWriter header = new WireWriter(LogFormat.HEADER_BYTES);
        LogFormat.writeHeader(header);
        Files.write(
                version.resolve(ZxidFile.name(ZxidFile.LOG, lastZxid + 7)),
                Arrays.copyOf(header.toArray(), 256 * 1024));

        assertThatThrownBy(this::ours)
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(" of at least " + Zxid.format(secondLog.zxid() + 2) + ":");
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void anUnfinishedSnapshotLooksFinished(Writer writer) throws IOException {
        given(writer);
        Path unfinished = version.resolve(ZxidFile.name("snapshot", lastZxid + 7) + ".tmp");
        Files.copy(newestSnapshot.path(), unfinished);

        assertEquals(lastZxid + 7, theirs(), "they take it for one");
        assertEquals(lastZxid, ours());
        assertThat(unfinished).doesNotExist();
    }

    private interface Change {
        void apply(byte[] bytes, List<Integer> records);
    }

    private static void change(ZxidFile log, Change change) throws IOException {
        byte[] bytes = Files.readAllBytes(log.path());
        change.apply(bytes, records(log));
        Files.write(log.path(), bytes);
    }

    private void damageNewestSnapshot() throws IOException {
        byte[] bytes = Files.readAllBytes(newestSnapshot.path());
        bytes[bytes.length / 2] ^= 1;
        Files.write(newestSnapshot.path(), bytes);
    }

    private static void cut(ZxidFile log, int size) throws IOException {
        Files.write(log.path(), Arrays.copyOf(Files.readAllBytes(log.path()), size));
    }

    /** Returns where each record begins, and where the last one ends. */
    private static List<Integer> records(ZxidFile log) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log.path()));
        List<Integer> offsets = new ArrayList<>(List.of(LogFormat.HEADER_BYTES));
        int at = LogFormat.HEADER_BYTES;
        while (at + 12 < bytes.limit() && bytes.getInt(at + 8) > 0) {
            at += 12 + bytes.getInt(at + 8) + 1;
            offsets.add(at);
        }
        return offsets;
    }

    private static int end(List<Integer> records) {
        return records.get(records.size() - 1);
    }

    private long ours() throws StorageException {
        try (FileStorage storage = open(temp.resolve("data"), new ModelTree())) {
            return storage.recovered().lastZxid();
        }
    }

    /** And what we say can be saved is saved, for both of us. */
    private void weRefuse(Path file, String problem) throws IOException {
        assertThatThrownBy(this::ours)
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(problem)
                .hasMessageContaining("nothing was changed, and the history is whole up to zxid")
                .hasMessageContaining("restore the directory from a backup")
                .satisfies(refused -> {
                    long zxid = RepairTest.namedIn(String.valueOf(refused.getMessage()));
                    RepairTest.repair(temp.resolve("data"), zxid);
                    assertEquals(zxid, theirs());
                    assertEquals(zxid, ours());
                });
    }

    private long theirs() throws IOException {
        return load(temp.resolve("data")).zxid();
    }

    private void theyRefuse() {
        assertThatThrownBy(this::theirs)
                .isInstanceOfAny(IOException.class, IllegalStateException.class, IllegalArgumentException.class);
    }

    private ApacheDirectory.Loaded load(Path dir) throws IOException {
        return new ApacheDirectory(dir).load(temp.resolve("copy" + copies++));
    }

    private static FileStorage open(Path dir, ModelTree tree) throws StorageException {
        FileStorage storage = FileStorage.open(
                DataDirectory.open(dir),
                tree,
                tree,
                DigestCheck.REFUSE,
                LogSettings.withNextLog(4096),
                SnapshotForm.PLAIN);
        while (storage.nextLog().isWanted()) {
            storage.nextLog().fill();
        }
        return storage;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }
}
