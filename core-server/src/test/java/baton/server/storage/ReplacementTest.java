package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Zxid;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.SimulatedDisk.Kernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplacementTest {
    private static final Path DIR = Path.of("/sim");
    private static final Path VERSION = DIR.resolve("version-2");
    private static final Path LOG_DIR = Path.of("/sim-log");
    private static final LogSettings SETTINGS = new LogSettings(0, true, 0, 3000, 0, 8000);
    private static final long ZXID = Zxid.pack(1, 0);
    private static final Path NEW = VERSION.resolve("snapshot.100000000");

    private static FileStorage open(Disk disk, Path logDir, ModelTree into) throws StorageException {
        return FileStorage.open(
                DataDirectory.open(disk, DIR, logDir), into, into, DigestCheck.REFUSE, SETTINGS, SnapshotForm.PLAIN);
    }

    /** A history of some transactions with a snapshot in the middle. */
    private static List<String> writeOld(Disk disk, Path logDir) throws StorageException {
        ModelTree tree = new ModelTree();
        ModelTree.Author author = new ModelTree.Author(tree);
        try (FileStorage storage = open(disk, logDir, new ModelTree())) {
            storage.log().append(author.openSession());
            storage.log().append(author.create("/old", "data"));
            storage.log().roll();
            storage.snapshots().write(tree, tree.lastZxid());
            storage.log().append(author.create("/old/later", "data"));
            storage.log().force();
        }
        return tree.dump();
    }

    private static ModelTree other() {
        ModelTree tree = new ModelTree();
        new ModelTree.Author(tree).create("/other", "from elsewhere");
        tree.endSnapshot(ZXID);
        return tree;
    }

    /** As a server does it: writes beside its log, ends, and takes hold of the directory again. */
    private static void replace(Disk disk, Path logDir) throws StorageException {
        Replacement replacement;
        long lastZxid;
        try (FileStorage storage = open(disk, logDir, new ModelTree())) {
            replacement = storage.replacement("1", other(), ZXID);
            lastZxid = storage.log().lastZxid();
        }
        try (DataDirectory held = DataDirectory.open(disk, DIR, logDir)) {
            replacement.commit(held, lastZxid);
        }
    }

    private static List<String> found(Disk disk, Path logDir) throws StorageException {
        ModelTree tree = new ModelTree();
        open(disk, logDir, tree).close();
        return tree.dump();
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void aCrashAnywhereLeavesTheOldStateOrTheNewOneWhole(Kernel kernel) throws IOException {
        TreeSet<String> reached = new TreeSet<>();
        boolean crashed = true;
        for (int calls = 0; crashed; calls++) {
            for (Path logDir : List.of(DIR, LOG_DIR)) {
                for (boolean power : List.of(true, false)) {
                    for (boolean rot : List.of(true, false)) {
                        crashed = crashAfter(calls, kernel, logDir, power, rot, reached);
                    }
                }
            }
        }

        assertThat(reached)
                .containsExactly(
                        "committed",
                        "crashed: the new state",
                        "crashed: the new state, damaged",
                        "crashed: the old state");
    }

    private static boolean crashAfter(
            int calls, Kernel kernel, Path logDir, boolean power, boolean rot, TreeSet<String> reached)
            throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(calls), kernel, 512);
        List<String> before = writeOld(disk, logDir);
        List<String> after = other().dump();
        boolean crashed = false;
        disk.crashAfter(calls);
        try {
            replace(disk, logDir);
            // What was there is moved aside by whoever opens it.
            open(disk, logDir, new ModelTree()).close();
        } catch (SimulatedDisk.Crash crash) {
            crashed = true;
        }
        if (power) {
            disk.cutPower();
        } else {
            disk.kill();
        }
        if (rot && disk.exists(NEW)) {
            disk.rot(NEW, 100, 3);
            assertThatThrownBy(() -> found(disk, logDir))
                    .as("damage after %d calls", calls)
                    .isInstanceOf(CorruptSnapshotException.class);
            assertOldIsAside(disk, logDir);
            reached.add(crashed ? "crashed: the new state, damaged" : "committed");
            return crashed;
        }

        List<String> found = found(disk, logDir);

        if (found.equals(after)) {
            assertOldIsAside(disk, logDir);
        }
        if (crashed) {
            assertThat(found).as("a crash after %d calls", calls).isIn(before, after);
            reached.add(found.equals(after) ? "crashed: the new state" : "crashed: the old state");
        } else {
            assertThat(found).isEqualTo(after);
            reached.add("committed");
        }
        // And it stays so.
        assertThat(found(disk, logDir)).isEqualTo(found);
        return crashed;
    }

    private static void assertOldIsAside(Disk disk, Path logDir) throws IOException {
        assertThat(ZxidFile.snapshots(disk, VERSION)).extracting(ZxidFile::zxid).containsExactly(ZXID);
        assertThat(ZxidFile.logs(disk, logDir.resolve("version-2"))).isEmpty();
        assertThat(ZxidFile.snapshots(disk, DIR.resolve("version-2.before-100000000")))
                .hasSize(2);
        assertThat(ZxidFile.logs(disk, logDir.resolve("version-2.before-100000000")))
                .hasSize(2);
        assertThat(disk.list(logDir.resolve("version-2.ext")))
                .noneMatch(each -> each.toString().contains("replaced-by"));
    }

    @Test
    void theHistoryGoesOnInTheNewEpochAndTheOldOneIsKeptAside() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        writeOld(disk, LOG_DIR);
        try (DiskFile promise = disk.open(VERSION.resolve("acceptedEpoch"), Disk.Mode.CREATE)) {
            promise.write(ByteBuffer.wrap(new byte[] {'0'}), 0);
        }
        replace(disk, LOG_DIR);

        ModelTree tree = new ModelTree();
        try (FileStorage storage = open(disk, LOG_DIR, tree)) {
            assertThat(storage.recovered().lastZxid()).isEqualTo(ZXID);
            storage.log().append(new ModelTree.Author(tree).create("/next", "data"));
            storage.log().force();
        }

        assertThat(found(disk, LOG_DIR)).isEqualTo(tree.dump());
        assertThat(disk.files(VERSION)).containsExactly(VERSION.resolve("snapshot.100000000"));
        assertThat(disk.files(LOG_DIR.resolve("version-2"))).contains(LOG_DIR.resolve("version-2/log.100000001"));
        assertThat(disk.files(DIR.resolve("version-2.before-100000000")))
                .containsExactly(
                        DIR.resolve("version-2.before-100000000/acceptedEpoch"),
                        DIR.resolve("version-2.before-100000000/snapshot.0"),
                        DIR.resolve("version-2.before-100000000/snapshot.2"));
        assertThat(disk.files(LOG_DIR.resolve("version-2.before-100000000"))).hasSize(2);
    }

    @Test
    void onAVolumeOfItsOwnTheOldHistoryIsKeptThere(@TempDir Path dir) throws IOException {
        Path version = dir.resolve("version-2");
        Disk volume = volumeAt(version);

        assertThat(replacedOn(volume, dir)).isEqualTo(other().dump());
        assertThat(version.resolve("before-100000000/log.1")).hasBinaryContent(new byte[] {1});
        assertThat(dir.resolve("version-2.before-100000000")).doesNotExist();
    }

    @Test
    void aRepairAndTheSizesPassOverWhatIsKeptThere(@TempDir Path dir) throws IOException {
        Path version = dir.resolve("version-2");
        Disk volume = volumeAt(version);
        replacedOn(volume, dir);
        Files.write(version.resolve("log.100000001"), new byte[100]);

        try (DataDirectory held = DataDirectory.open(volume, dir, dir)) {
            assertThat(DirectorySizes.of(held).logBytes())
                    .isEqualTo(100 + Files.size(version.resolve("snapshot.100000000")));
        }
        damaged(version.resolve("log.100000001"));
        try (Repair repair =
                new Repair(DataDirectory.open(volume, dir, dir), new ModelTree(), DigestCheck.REFUSE, SETTINGS)) {
            assertThat(repair.acceptLossAfter(ZXID, ".copy")).contains(dir.resolve("version-2.copy"));
        }

        assertThat(dir.resolve("version-2.copy/snapshot.100000000")).exists();
        assertThat(dir.resolve("version-2.copy/before-100000000")).doesNotExist();
        assertThat(version.resolve("before-100000000/log.1")).exists();
    }

    /** Puts another byte into the middle of a log's header, which no crash does. */
    private static void damaged(Path file) throws IOException {
        byte[] bytes = new byte[100];
        bytes[0] = 1;
        Files.write(file, bytes);
    }

    private static Disk volumeAt(Path version) {
        return new ForwardingDisk(Disk.ofSystem()) {
            @Override
            public void rename(Path from, Path to) throws IOException {
                if (from.startsWith(version) && !to.startsWith(version)) {
                    throw new AtomicMoveNotSupportedException(from.toString(), to.toString(), "another volume");
                }
                super.rename(from, to);
            }
        };
    }

    /** Returns what is found once the history was replaced, and what was there before, a log, moved aside. */
    private static List<String> replacedOn(Disk volume, Path dir) throws IOException {
        try (DataDirectory held = DataDirectory.open(volume, dir, dir)) {
            Files.write(held.logDirectory().resolve("log.1"), new byte[] {1});
            Replacement.write(held, "1", SnapshotForm.PLAIN, other(), ZXID).commit(held, 1);
        }
        ModelTree found = new ModelTree();
        try (DataDirectory held = DataDirectory.open(volume, dir, dir)) {
            FileStorage.open(held, found, found, DigestCheck.REFUSE, SETTINGS, SnapshotForm.PLAIN)
                    .close();
        }
        return found.dump();
    }

    @Test
    void whoWaitsHearsOfEveryFileThatIsMovedAndOfEveryPieceOfTheReserve() throws StorageException {
        SimulatedDisk simulated = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        writeOld(simulated, DIR);
        replace(simulated, DIR);
        LogSettings withLargerReserve = new LogSettings(0, true, 0, 3000, 0, 600_000);
        StringBuilder done = new StringBuilder();
        Disk disk = new TappedDisk(simulated, (call, path, bytes) -> {
            if (call.equals("rename") || call.equals("write") && path.endsWith("tmp.reserve")) {
                done.append(call).append(' ');
            }
        });

        ModelTree tree = new ModelTree();
        FileStorage.open(
                        DataDirectory.open(disk, DIR, DIR),
                        tree,
                        tree,
                        DigestCheck.REFUSE,
                        withLargerReserve,
                        SnapshotForm.PLAIN,
                        () -> done.append("told "))
                .close();

        assertThat(done)
                .containsSubsequence("rename", "told", "rename", "told", "write", "told", "write", "told")
                .doesNotContain("rename rename")
                .doesNotContain("write write write");
    }

    @Test
    void aNewStateThatIsDamagedLaterIsNeverMadeUpForByTheOldOne() throws StorageException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        writeOld(disk, DIR);
        replace(disk, DIR);
        disk.rot(VERSION.resolve("snapshot.100000000"), 100, 3);

        assertThatThrownBy(() -> found(disk, DIR)).isInstanceOf(CorruptSnapshotException.class);
    }

    @Test
    void noRepairBeginsBeforeAServerHasMovedAsideWhatWasThere() throws StorageException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        writeOld(disk, LOG_DIR);
        replace(disk, LOG_DIR);
        List<Path> left = disk.files(DIR);

        try (Repair repair =
                new Repair(DataDirectory.open(disk, DIR, LOG_DIR), new ModelTree(), DigestCheck.REFUSE, SETTINGS)) {
            assertThatThrownBy(repair::refusal)
                    .isInstanceOf(DirectoryRefusedException.class)
                    .hasMessageContaining("has been restored as zxid 0x1:0")
                    .hasMessageContaining("start the server, which finishes that");
            assertThatThrownBy(() -> repair.acceptLossAfter(ZXID, ".copy"))
                    .isInstanceOf(DirectoryRefusedException.class)
                    .hasMessageContaining("start the server");
        }

        assertThat(disk.files(DIR)).isEqualTo(left);
        open(disk, LOG_DIR, new ModelTree()).close();
        try (Repair repair =
                new Repair(DataDirectory.open(disk, DIR, LOG_DIR), new ModelTree(), DigestCheck.REFUSE, SETTINGS)) {
            assertThat(repair.refusal()).isEmpty();
        }
    }

    @Test
    void whatHasComeToTheSameEpochMeanwhileIsLeftAlone() throws StorageException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        List<String> before = writeOld(disk, DIR);
        Replacement replacement;
        try (FileStorage storage = open(disk, DIR, new ModelTree())) {
            replacement = storage.replacement("1", other(), ZXID);
        }

        try (DataDirectory held = DataDirectory.open(disk, DIR, DIR)) {
            assertThatThrownBy(() -> replacement.commit(held, Zxid.pack(1, 7)))
                    .isInstanceOf(DirectoryRefusedException.class)
                    .hasMessageContaining("has come to zxid 0x1:7 meanwhile");
        }

        assertThat(found(disk, DIR)).isEqualTo(before);
    }

    @Test
    void nobodyIsToldOfWhatAPowerCutMayUndo() throws StorageException {
        AtomicBoolean failing = new AtomicBoolean();
        AtomicBoolean told = new AtomicBoolean();
        SimulatedDisk simulated = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        Disk disk = new TappedDisk(simulated, (call, path, bytes) -> {
            if (call.equals("sync-directory") && path.equals(VERSION) && failing.get()) {
                throw new IOException("the disk does not want to");
            }
        });
        writeOld(simulated, DIR);
        Replacement replacement;
        try (FileStorage storage = open(disk, DIR, new ModelTree())) {
            replacement = storage.replacement("1", other(), ZXID);
        }
        replacement.whenDurable(() -> told.set(true));
        failing.set(true);

        try (DataDirectory held = DataDirectory.open(disk, DIR, DIR)) {
            assertThatThrownBy(() -> replacement.commit(held, 7)).isInstanceOf(WriteFailedException.class);
        }

        assertThat(replacement.isCommitted()).isTrue();
        assertThat(told).isFalse();
    }

    @Test
    void whatIsSentLeavesSpaceForThoseWhoUseTheDisk() throws StorageException {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);
        List<String> before = writeOld(disk, DIR);
        try (FileStorage storage = open(disk, DIR, new ModelTree());
                SentSnapshot sent = storage.receive("1")) {
            sent.append(ByteBuffer.wrap("some bytes".getBytes()));
            disk.capacity(disk.usedBytes() + 4096);

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 9; i++) {
                            sent.append(ByteBuffer.allocate(1 << 20));
                        }
                    })
                    .isInstanceOf(DiskFullException.class);
        }
        disk.capacity(Long.MAX_VALUE);

        assertThat(found(disk, DIR)).isEqualTo(before);
        assertThat(disk.files(VERSION)).noneMatch(each -> each.toString().contains("tmp.sent"));
    }
}
