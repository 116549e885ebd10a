package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Zxid;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of a directory that was closed in order are damaged, cut, lost, copied and renamed at random: whatever was done, a
 * start finds everything or is refused.
 */
class TamperedDirectoryTest {
    private static final int SEEDS = 150;
    private static final int SECTOR_BYTES = 512;
    private static final LogSettings SETTINGS = new LogSettings(0, true, 0, 10_000, 0, 40_000);

    @TempDir
    static Path temp;

    private static final Map<Long, List<String>> STATES = new HashMap<>();

    private static List<String> whole;

    enum Tampering {
        FLIP,
        ZERO_A_SECTOR,
        EMPTY_OF_ZEROS,
        CUT,
        LENGTHEN,
        DELETE,
        COPY_OVER,
        COPY_TO,
        RENAME,
        SWAP
    }

    /** Four logs in two epochs, and a snapshot behind the first, the second and the third. */
    @BeforeAll
    static void write() throws IOException {
        ModelTree tree = new ModelTree();
        ModelTree.Author author = new ModelTree.Author(tree);
        try (FileStorage storage = open(temp.resolve("template"))) {
            for (int part = 0; part < 4; part++) {
                if (part == 2) {
                    append(storage, author.write(Zxid.pack(1, 1), ModelTree.Author.SESSION, new Txn.CreateSession(5)));
                    STATES.put(tree.lastZxid(), tree.dump());
                }
                for (int i = 0; i < 20; i++) {
                    append(storage, author.nodes(1).get(0));
                    STATES.put(tree.lastZxid(), tree.dump());
                }
                storage.log().roll();
                if (part < 3) {
                    storage.snapshots().write(tree, tree.lastZxid());
                }
            }
        }
        whole = tree.dump();
    }

    private static void append(FileStorage storage, TxnEntry entry) throws StorageException {
        storage.log().append(entry);
        storage.log().force();
    }

    @ParameterizedTest
    @EnumSource(Tampering.class)
    void aStartFindsEverythingOrIsRefused(Tampering tampering) throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Path dir = copy("dir");
            Path version = dir.resolve("version-2");
            String done =
                    tamper(version, tampering, random) + (seed % 3 == 0 ? tamper(version, tampering, random) : "");

            assertThatAllIsThereOrRefused(dir, tampering + " seed " + seed + ": " + done);
        }
    }

    /** What the newest log ends with may then be taken for a write that was cut short. */
    @ParameterizedTest
    @EnumSource(Tampering.class)
    void aStartWithoutTheWatermarkFindsAStateThatWasAndTheLastIfItsLogIsWhole(Tampering tampering) throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Path dir = copy("dir");
            Path version = dir.resolve("version-2");
            List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), version);
            Path newest = logs.get(logs.size() - 1).path();
            byte[] last = Files.readAllBytes(newest);
            Files.delete(dir.resolve("version-2.ext/watermark"));
            String what = tampering + " seed " + seed + ": " + tamper(version, tampering, random);

            if (Files.exists(newest) && Arrays.equals(last, Files.readAllBytes(newest))) {
                assertThatAllIsThereOrRefused(dir, what);
            } else {
                assertThatAStateIsThereOrRefused(dir, what);
            }
        }
    }

    private void assertThatAStateIsThereOrRefused(Path dir, String what) throws IOException {
        ModelTree found = new ModelTree();
        try (FileStorage storage = open(dir, found)) {
            assertEquals(STATES.get(storage.recovered().lastZxid()), found.dump(), what);
        } catch (CorruptLogException | CorruptSnapshotException refused) {
            assertThat(refused).describedAs(what).hasMessageContaining("restore the directory from a backup");
        }
    }

    @Test
    void withoutTheWatermarkANewestLogThatIsACopyOfAnotherIsRefused() throws IOException {
        Path dir = copy("dir");
        List<ZxidFile> logs = ZxidFile.logs(Disk.ofSystem(), dir.resolve("version-2"));
        Files.delete(dir.resolve("version-2.ext/watermark"));
        Files.copy(logs.get(2).path(), logs.get(3).path(), StandardCopyOption.REPLACE_EXISTING);

        assertThatAllIsThereOrRefused(dir, "copied");
    }

    private void assertThatAllIsThereOrRefused(Path dir, String what) throws IOException {
        ModelTree found = new ModelTree();
        try (FileStorage storage = open(dir, found)) {
            assertEquals(whole, found.dump(), what);
        } catch (CorruptLogException | CorruptSnapshotException refused) {
            assertThat(refused)
                    .describedAs(what)
                    .hasMessageContaining(dir.resolve("version-2").toString())
                    .hasMessageContaining("zxid")
                    .hasMessageContaining("restore the directory from a backup");
        }
    }

    /** Does something to a file, or to two, of a directory of logs and snapshots; returns to which. */
    static String tamper(Path version, Tampering how, SplittableRandom random) throws IOException {
        List<Path> files = files(version);
        Path file = files.get(random.nextInt(files.size()));
        Path other = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        int at = random.nextInt(Math.max(1, bytes.length));
        Path near = version.resolve(nearby(files.get(random.nextInt(files.size())), file, random));
        switch (how) {
            case FLIP -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case ZERO_A_SECTOR -> {
                int begin = at / SECTOR_BYTES * SECTOR_BYTES;
                Arrays.fill(bytes, begin, Math.min(bytes.length, begin + SECTOR_BYTES), (byte) 0);
            }
            case EMPTY_OF_ZEROS -> Arrays.fill(bytes, (byte) 0);
            case CUT -> bytes = Arrays.copyOf(bytes, at);
            case LENGTHEN -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(2 * SECTOR_BYTES));
            case DELETE -> Files.delete(file);
            case COPY_OVER -> Files.write(other, bytes);
            case COPY_TO -> Files.write(near, bytes);
            case RENAME -> Files.move(file, near, StandardCopyOption.REPLACE_EXISTING);
            case SWAP -> {
                Files.write(file, Files.readAllBytes(other));
                Files.write(other, bytes);
            }
        }
        if (how.compareTo(Tampering.DELETE) < 0) {
            Files.write(file, bytes);
        }
        return " " + file.getFileName() + " at " + at + ", " + other.getFileName() + ", " + near.getFileName();
    }

    /** Names a file of the kind by a zxid that is near that of another. */
    private static String nearby(Path other, Path kind, SplittableRandom random) {
        String prefix = kind.getFileName().toString().replaceFirst("[.].*", "");
        String name = other.getFileName().toString();
        long zxid = Long.parseLong(name.substring(name.indexOf('.') + 1), 16) + random.nextInt(-2, 30);
        return ZxidFile.name(prefix, Math.max(0, zxid));
    }

    private static List<Path> files(Path version) throws IOException {
        try (Stream<Path> files = Files.list(version)) {
            return new ArrayList<>(
                    files.filter(each -> !each.endsWith("baton.lock")).sorted().toList());
        }
    }

    private Path copy(String name) throws IOException {
        Path dir = temp.resolve(name);
        for (String each : List.of("version-2", "version-2.ext")) {
            Path to = Files.createDirectories(dir.resolve(each));
            for (Path old : files(to)) {
                Files.delete(old);
            }
            for (Path from : files(temp.resolve("template").resolve(each))) {
                Files.copy(from, to.resolve(from.getFileName()));
            }
        }
        return dir;
    }

    private static FileStorage open(Path dir) throws StorageException {
        return open(dir, new ModelTree());
    }

    private static FileStorage open(Path dir, ModelTree tree) throws StorageException {
        return FileStorage.open(DataDirectory.open(dir), tree, tree, DigestCheck.REFUSE, SETTINGS, SnapshotForm.PLAIN);
    }
}
