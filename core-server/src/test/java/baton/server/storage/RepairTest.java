package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Zxid;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairTest {
    private static final Pattern COMMAND = Pattern.compile("baton repair --accept-loss-after (0x[0-9a-f]+:[0-9a-f]+)");
    private static final String SUFFIX = ".damaged-then";
    private static final int NODES = 60;
    private static final LogSettings SETTINGS = new LogSettings(0, true, 0, 10_000, 0, 40_000);

    @TempDir
    Path dir;

    private List<TxnEntry> history;
    private Path version;
    private Path lastLog;

    /** Three logs, each but the last with a snapshot behind it. */
    @BeforeEach
    void write() throws IOException {
        ModelTree tree = new ModelTree();
        try (FileStorage storage = open(new ModelTree())) {
            history = new ModelTree.Author(tree).nodes(NODES);
            ModelTree logged = new ModelTree();
            for (TxnEntry each : history) {
                storage.log().append(each);
                logged.apply(each);
                if (each.zxid() % 20 == 0) {
                    storage.log().roll();
                }
                if (each.zxid() == 20 || each.zxid() == 40) {
                    storage.snapshots().write(logged, logged.lastZxid());
                }
            }
        }
        version = dir.resolve("version-2");
        lastLog = version.resolve("log.29");
    }

    @Test
    void whatWasWholeUpToTheDamageIsKeptWhereverThatIs() throws IOException {
        Map<Path, byte[]> undamaged = files();
        byte[] whole = Files.readAllBytes(lastLog);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(LogFormat.HEADER_BYTES, whole.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(lastLog, damaged);
            long zxid = namedIn(refusal());

            repair(DataDirectory.open(dir), zxid, SUFFIX + i);

            assertThat(zxid).isBetween(40L, (long) NODES - 1);
            assertEquals(dumpOf(zxid), recovered());
            restore(undamaged);
        }
    }

    @Test
    void withoutTheLogsBehindASnapshotItsOwnStateIsKept() throws IOException {
        Files.delete(version.resolve("log.15"));
        byte[] bytes = Files.readAllBytes(version.resolve("snapshot.28"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(version.resolve("snapshot.28"), bytes);

        assertThat(namedIn(refusal())).isEqualTo(20);
        repair(dir, 20);

        assertEquals(dumpOf(20), recovered());
        assertThat(version.resolve("snapshot.28")).doesNotExist();
        assertThat(lastLog).doesNotExist();
    }

    @Test
    void everythingIsCopiedAsideFirst() throws IOException {
        byte[] damaged = damage();

        repair(dir, namedIn(refusal()));

        Path copy = dir.resolve("version-2" + SUFFIX);
        assertThat(copy.resolve("log.29")).hasBinaryContent(damaged);
        assertThat(copy.resolve("snapshot.28")).exists();
        assertThat(dir.resolve("version-2.ext" + SUFFIX + "/watermark")).exists();
    }

    @Test
    void whatCannotBeReadIsCopiedAround() throws IOException {
        byte[] whole = Files.readAllBytes(lastLog);
        int bad = whole.length / 2;
        Files.createDirectory(version.resolve("lost+found"));
        Disk disk = new BadSector(lastLog, bad);
        long zxid = namedIn(refusal(DataDirectory.open(disk, dir, dir)));

        repair(DataDirectory.open(disk, dir, dir), zxid, SUFFIX);

        byte[] copy = Files.readAllBytes(dir.resolve("version-2" + SUFFIX).resolve("log.29"));
        assertThat(copy).hasSize(whole.length).startsWith(Arrays.copyOf(whole, bad));
        assertEquals(dumpOf(zxid), recovered());
    }

    @Test
    void whatLeadsToAnotherDigestThanAllThatFollowsSaysIsNotKept() throws IOException {
        writeAgain(
                each -> each.zxid() < 30 ? each : new TxnEntry(each.header(), each.txn(), new TxnDigest(each.zxid())));

        assertThat(namedIn(refusal())).isEqualTo(29);
        repair(dir, 29);

        assertEquals(dumpOf(29), recovered());
    }

    @Test
    void aDigestThatAloneWasWrongIsKept() throws IOException {
        writeAgain(each -> each.zxid() == 30 || each.zxid() == 50
                ? new TxnEntry(each.header(), each.txn(), new TxnDigest(1))
                : each);
        Path log = version.resolve("log.1");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length * 9 / 10] ^= 1;
        Files.write(log, bytes);
        long zxid = namedIn(refusal());

        repair(dir, zxid);

        assertThat(zxid).isGreaterThan(50);
        assertEquals(dumpOf(zxid), recovered());
    }

    /** In one log, and without a snapshot. */
    private void writeAgain(UnaryOperator<TxnEntry> change) throws IOException {
        for (Path each : files().keySet()) {
            Files.delete(each);
        }
        try (FileStorage storage = open(new ModelTree())) {
            for (TxnEntry each : history) {
                storage.log().append(change.apply(each));
            }
        }
        Files.delete(version.resolve("snapshot.0"));
    }

    @Test
    void nothingButTheNamedTransactionIsTaken() throws IOException {
        damage();
        long zxid = namedIn(refusal());

        for (long other : List.of(zxid - 1, zxid + 1)) {
            assertThatThrownBy(() -> repair(dir, other))
                    .isInstanceOf(DirectoryRefusedException.class)
                    .hasMessageContaining("is whole up to zxid " + Zxid.format(zxid) + ", not " + Zxid.format(other));
        }
        assertThat(dir.resolve("version-2" + SUFFIX)).doesNotExist();
    }

    @Test
    void whatIsNotDamagedIsNotTouched() {
        assertThatThrownBy(() -> repair(dir, NODES))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("there is nothing to repair");
    }

    @Test
    void whereNothingCanBeProvenNothingIsOffered() throws IOException {
        for (String each : List.of("snapshot.0", "snapshot.14", "snapshot.28", "log.1")) {
            Files.deleteIfExists(version.resolve(each));
        }

        assertThat(refusal())
                .contains("no part of the history is provably whole")
                .doesNotContain("baton repair");
    }

    /** Returns the zxid in the command that a refusal tells. */
    static long namedIn(String refusal) {
        Matcher command = COMMAND.matcher(refusal);
        assertThat(command.find()).describedAs(refusal).isTrue();
        return Zxid.parse(command.group(1));
    }

    static void repair(Path dir, long zxid) throws IOException {
        repair(DataDirectory.open(dir), zxid, SUFFIX);
    }

    private static void repair(DataDirectory directory, long zxid, String suffix) throws IOException {
        try (Repair repair = new Repair(directory, new ModelTree(), DigestCheck.REFUSE, SETTINGS)) {
            repair.acceptLossAfter(zxid, suffix);
        }
    }

    private byte[] damage() throws IOException {
        byte[] bytes = Files.readAllBytes(lastLog);
        bytes[bytes.length / 2] ^= 1;
        Files.write(lastLog, bytes);
        return bytes;
    }

    private String refusal() throws IOException {
        return refusal(DataDirectory.open(dir));
    }

    private static String refusal(DataDirectory directory) throws IOException {
        try (FileStorage storage = open(directory, new ModelTree())) {
            throw new AssertionError("was not refused, but recovered to " + storage.recovered());
        } catch (CorruptLogException | CorruptSnapshotException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private List<String> recovered() throws IOException {
        ModelTree found = new ModelTree();
        try (FileStorage storage = open(found)) {
            return found.dump();
        }
    }

    private List<String> dumpOf(long zxid) {
        ModelTree expected = new ModelTree();
        history.stream().filter(each -> each.zxid() <= zxid).forEach(expected::apply);
        return expected.dump();
    }

    private Map<Path, byte[]> files() throws IOException {
        Map<Path, byte[]> found = new HashMap<>();
        for (Path in : List.of(version, version.resolveSibling("version-2.ext"))) {
            try (Stream<Path> files = Files.list(in)) {
                for (Path each : files.toList()) {
                    found.put(each, Files.readAllBytes(each));
                }
            }
        }
        return found;
    }

    /** Puts everything back, but for the copies, which each repair makes under a name of its own. */
    private void restore(Map<Path, byte[]> files) throws IOException {
        for (Map.Entry<Path, byte[]> each : files.entrySet()) {
            Files.write(each.getKey(), each.getValue());
        }
    }

    private FileStorage open(ModelTree tree) throws StorageException {
        return open(DataDirectory.open(dir), tree);
    }

    private static FileStorage open(DataDirectory directory, ModelTree tree) throws StorageException {
        return FileStorage.open(directory, tree, tree, DigestCheck.REFUSE, SETTINGS, SnapshotForm.PLAIN);
    }

    /** A disk that cannot read one file from some byte on. */
    private static final class BadSector extends ForwardingDisk {
        private final Path damaged;
        private final long from;

        BadSector(Path damaged, long from) {
            super(Disk.ofSystem());
            this.damaged = damaged;
            this.from = from;
        }

        @Override
        public DiskFile open(Path file, Mode mode) throws IOException {
            DiskFile opened = super.open(file, mode);
            return file.equals(damaged) && mode == Mode.READ ? new Damaged(opened) : opened;
        }

        private final class Damaged extends ForwardingFile {
            Damaged(DiskFile file) {
                super(file);
            }

            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                if (position >= from) {
                    throw new IOException("Input/output error");
                }
                int limit = into.limit();
                into.limit((int) Math.min(limit, into.position() + from - position));
                try {
                    return super.read(into, position);
                } finally {
                    into.limit(limit);
                }
            }
        }
    }
}
