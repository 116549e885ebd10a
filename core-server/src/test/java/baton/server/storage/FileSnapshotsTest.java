package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.server.txn.Txn;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.SnappyOutputStream;

class FileSnapshotsTest {
    @TempDir
    Path dir;

    private DataDirectory directory;
    private FileSnapshots snapshots;

    @BeforeEach
    void open() throws IOException {
        directory = DataDirectory.open(dir);
        snapshots = new FileSnapshots(directory);
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    @Test
    void theFirstSnapshotHasTheBytesOfTheReference() throws IOException {
        String zeros = "00".repeat(60);
        String config = "00".repeat(32) + "00000000" + "00000000" + "ffffffff" + "00".repeat(16);
        String expected = "5a4b534e00000002ffffffffffffffff" + "00000000"
                + "00000001" + "0000000000000001"
                + "00000001" + "00000001" + "00000005" + hex("world") + "00000006" + hex("anyone")
                + "00000000" + "00000000" + "ffffffffffffffff" + zeros
                + "0000000a" + hex("/zookeeper") + "00000000" + "ffffffffffffffff" + zeros
                + "00000011" + hex("/zookeeper/config") + "00000000" + "0000000000000001" + config
                + "00000010" + hex("/zookeeper/quota") + "00000000" + "ffffffffffffffff" + zeros
                + "000000012f"
                + "00000000b8a23b49" + "000000012f"
                + "0000000000000000" + "00000002" + "0000000000000000"
                + "0000000095b93d59" + "000000012f"
                + "0000000000000000"
                + "00000000bde83f6d" + "000000012f";

        Path file = snapshots.write(new ModelTree(), 0);

        assertEquals("snapshot.0", file.getFileName().toString());
        assertEquals(expected, HexFormat.of().formatHex(Files.readAllBytes(file)));
        assertThat(directory.disk().list(directory.snapshotDirectory())).containsExactly(file);
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        ModelTree tree = grown(50);

        Path file = snapshots.write(tree, 40);
        ModelTree read = new ModelTree();
        read.beginSnapshot();
        Optional<SnapshotDigest> digest = snapshots.read(new ZxidFile(file, 40), read);

        assertEquals(tree.dump(), read.dump());
        assertEquals(Optional.of(new SnapshotDigest(50, tree.sum())), digest);
    }

    @Test
    void contentLargerThanEveryBufferIsReadBack() throws IOException {
        ModelTree tree = new ModelTree();
        ModelTree.Author author = new ModelTree.Author(tree);
        byte[] large = new byte[900_000];
        new Random(1).nextBytes(large);
        author.write(author.creation("/large", Bytes.wrap(large), Acl.OPEN, false));
        author.create("/small", "x");

        assertEquals(tree.dump(), read(snapshots.write(tree, 2)).dump());
    }

    @Test
    void packedFormsHoldTheSame() throws IOException {
        ModelTree tree = grown(2000);
        byte[] plain = Files.readAllBytes(snapshots.write(tree, 2000));
        Path gzip = write("snapshot.7d1.gz", packed(plain, GZIPOutputStream::new));
        Path snappy = write("snapshot.7d2.snappy", packed(plain, SnappyOutputStream::new));

        assertEquals(tree.dump(), read(gzip).dump());
        assertEquals(tree.dump(), read(snappy).dump());
    }

    @ParameterizedTest
    @EnumSource(SnapshotForm.class)
    void everyFormIsWrittenUnderItsNameAndReadBack(SnapshotForm form) throws IOException {
        ModelTree tree = grown(2000);
        byte[] random = new byte[200_000];
        new Random(5).nextBytes(random);
        new ModelTree.Author(tree).write(new Txn.SetData("/n2", Bytes.wrap(random), 1));

        Path file = new FileSnapshots(directory, form).write(tree, 2001);

        assertEquals(
                "snapshot.7d1" + List.of("", ".gz", ".snappy").get(form.ordinal()),
                file.getFileName().toString());
        assertEquals(tree.dump(), read(file).dump());
        if (form != SnapshotForm.PLAIN) {
            assertThat(Files.size(file)).isLessThan(Files.size(snapshots.write(tree, 2001)) * 4 / 5);
        }
    }

    @Test
    void whatIsPackedAsSnappyIsUnpackedByItsOwnLibrary() throws IOException {
        Random random = new Random(9);
        for (int size : new int[] {0, 1, 3, 4, 59, 60, 61, 256, 257, 32_767, 32_768, 32_769, 300_000}) {
            for (int variety : new int[] {1, 2, 20, 256}) {
                byte[] plain = new byte[size];
                for (int i = 0; i < size; i++) {
                    plain[i] = (byte) random.nextInt(variety);
                }
                byte[] packed = packed(plain, SnappyOutput::new);

                try (SnappyInputStream in = new SnappyInputStream(new ByteArrayInputStream(packed));
                        org.xerial.snappy.SnappyInputStream theirs =
                                new org.xerial.snappy.SnappyInputStream(new ByteArrayInputStream(packed))) {
                    assertArrayEquals(plain, in.readAllBytes());
                    assertArrayEquals(plain, theirs.readAllBytes());
                }
            }
        }
    }

    @Test
    void olderReleasesLeaveOutTheLastSections() throws IOException {
        ModelTree tree = grown(5);
        byte[] whole = Files.readAllBytes(snapshots.write(tree, 5));
        Path without = write("snapshot.6", Arrays.copyOf(whole, whole.length - 54));
        Path digestOnly = write("snapshot.7", Arrays.copyOf(whole, whole.length - 21));

        assertEquals(Optional.empty(), snapshots.read(new ZxidFile(without, 6), new ModelTree()));
        assertEquals(
                Optional.of(new SnapshotDigest(5, tree.sum())),
                snapshots.read(new ZxidFile(digestOnly, 7), new ModelTree()));
    }

    @Test
    void theLastSectionMayStandAlone() throws IOException {
        byte[] whole = Files.readAllBytes(snapshots.write(grown(5), 5));
        byte[] alone = Arrays.copyOf(whole, whole.length - 54 + 21);
        int start = alone.length - 21;
        Arrays.fill(alone, start, start + 8, (byte) 0);
        java.util.zip.Adler32 sum = new java.util.zip.Adler32();
        sum.update(alone, 0, start + 8);
        java.nio.ByteBuffer.wrap(alone)
                .putLong(start + 8, sum.getValue())
                .putInt(start + 16, 1)
                .put(start + 20, (byte) '/');

        assertEquals(Optional.empty(), snapshots.read(new ZxidFile(write("snapshot.0", alone), 0), new ModelTree()));
    }

    /** What later releases may add; damage to the sections we know must not pass for it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 33, 54})
    void sealedSectionsThatNobodyKnowsAreIgnored(int known) throws IOException {
        ModelTree tree = grown(5);
        byte[] whole = Files.readAllBytes(snapshots.write(tree, 5));
        int begin = whole.length - 54 + known;
        byte[] later = Arrays.copyOf(whole, begin + 40 + 13);
        Arrays.fill(later, begin, begin + 40, (byte) 7);
        java.util.zip.Adler32 sum = new java.util.zip.Adler32();
        sum.update(later, 0, begin + 40);
        java.nio.ByteBuffer.wrap(later)
                .putLong(begin + 40, sum.getValue())
                .putInt(begin + 48, 1)
                .put(begin + 52, (byte) '/');

        assertEquals(
                known == 0 ? Optional.empty() : Optional.of(new SnapshotDigest(5, tree.sum())),
                snapshots.read(new ZxidFile(write("snapshot.4", later), 4), new ModelTree()));
        Path unsealed = write("snapshot.7", Arrays.copyOf(later, later.length - 1));
        if (known < 54) {
            assertThatThrownBy(() -> snapshots.read(new ZxidFile(unsealed, 7), new ModelTree()))
                    .isInstanceOf(CorruptSnapshotException.class)
                    .hasMessageContaining("matches no section");
        }
    }

    @Nested
    class Damage {
        @Test
        void anyFlippedBitIsNoticed() throws IOException {
            byte[] whole = Files.readAllBytes(snapshots.write(grown(6), 6));

            for (int i = 0; i < whole.length; i++) {
                byte[] damaged = whole.clone();
                damaged[i] ^= (byte) (1 << i % 8);
                Path file = write("snapshot.9", damaged);
                int at = i;
                assertThatThrownBy(() -> read(file))
                        .describedAs("byte %d", at)
                        .isInstanceOf(CorruptSnapshotException.class)
                        .hasMessageContaining(file.toString());
            }
        }

        @Test
        void aNameBehindTheLastTransactionIsNotItsOwn() throws IOException {
            byte[] whole = Files.readAllBytes(snapshots.write(grown(5), 5));
            Path renamed = write("snapshot.6", whole);

            assertThatThrownBy(() -> snapshots.read(new ZxidFile(renamed, 6), new ModelTree()))
                    .isInstanceOf(CorruptSnapshotException.class)
                    .hasMessageContaining("was finished at zxid 0x0:5, before the one in its name");
        }

        @Test
        void anyMissingEndIsNoticed() throws IOException {
            byte[] whole = Files.readAllBytes(snapshots.write(grown(6), 6));
            List<Integer> olderForms = List.of(whole.length - 54, whole.length - 21);

            for (int size = 0; size < whole.length; size++) {
                Path file = write("snapshot.9", Arrays.copyOf(whole, size));
                if (!olderForms.contains(size)) {
                    assertThrows(CorruptSnapshotException.class, () -> read(file), "cut to " + size);
                }
            }
        }

        @Test
        void packedFormsAreNoticedToo() throws IOException {
            List<String> expected = grown(300).dump();
            byte[] plain = Files.readAllBytes(snapshots.write(grown(300), 300));
            for (byte[] whole : List.of(packed(plain, GZIPOutputStream::new), packed(plain, SnappyOutputStream::new))) {
                String extension = whole[0] == 0x1f ? "gz" : "snappy";
                for (int i = 12; i < whole.length; i += 31) {
                    byte[] damaged = whole.clone();
                    damaged[i] ^= 0x10;
                    Path file = write("snapshot.9." + extension, damaged);
                    try {
                        // A few bits of the wrapping mean nothing; what comes out must then be right.
                        assertEquals(expected, read(file).dump());
                    } catch (CorruptSnapshotException noticed) {
                        assertEquals(file, noticed.file());
                    }
                }
                Path cut = write("snapshot.9." + extension, Arrays.copyOf(whole, whole.length / 2));
                assertThrows(CorruptSnapshotException.class, () -> read(cut));
            }
        }

        @Test
        void aNodeWithoutParentIsNoticed() throws IOException {
            ModelTree tree = grown(3);
            tree.nodes.put("/missing/child", new ModelTree.Node());
            Path file = snapshots.write(tree, 3);

            assertThatThrownBy(() -> read(file)).hasMessageContaining("/missing/child has no parent");
        }
    }

    @Nested
    class Purging {
        @Test
        void keepsTheNewestAndTheLogsBehindThem() throws IOException {
            for (int zxid : new int[] {0, 10, 20, 30, 40}) {
                snapshots.write(grown(zxid), zxid);
            }
            for (String each : List.of("log.1", "log.b", "log.12", "log.15", "log.1f", "log.29")) {
                write(each, new byte[0]);
            }

            List<Path> deleted = snapshots.purge(3);

            assertThat(names(deleted)).containsExactly("snapshot.0", "snapshot.a", "log.1", "log.b");
            assertThat(names(directory.disk().list(directory.snapshotDirectory())))
                    .containsExactlyInAnyOrder(
                            "snapshot.14", "snapshot.1e", "snapshot.28", "log.12", "log.15", "log.1f", "log.29");
        }

        @Test
        void keepsWhatIsSparedAndTheLogsBehindItToo() throws IOException {
            List<Path> written = new ArrayList<>();
            for (int zxid : new int[] {0, 10, 20, 30, 40, 50, 60}) {
                written.add(snapshots.write(grown(zxid), zxid));
            }
            for (String each : List.of("log.1", "log.9", "log.12", "log.1f", "log.29", "log.33")) {
                write(each, new byte[0]);
            }

            List<Path> deleted = snapshots.purge(3, List.of(written.get(1), written.get(3)), () -> {});

            assertThat(names(deleted)).containsExactly("snapshot.0", "snapshot.14", "log.1");
            assertThat(snapshots.purge(3, List.of(written.get(1), written.get(3), written.get(6)), () -> {}))
                    .isEmpty();
            assertThat(names(snapshots.purge(3))).containsExactly("snapshot.a", "snapshot.1e", "log.9", "log.12");
        }

        @Test
        void countsOnlyWholeSnapshots() throws IOException {
            for (int zxid : new int[] {0, 10, 20}) {
                snapshots.write(grown(zxid), zxid);
            }
            write("snapshot.1e", new byte[] {1, 2, 3});
            byte[] packed = packed(new byte[100], GZIPOutputStream::new);
            write("snapshot.28.gz", packed);
            write("log.1", new byte[0]);
            write("log.a", new byte[0]);

            assertThat(snapshots.purge(3)).isEmpty();
            snapshots.write(grown(50), 50);
            assertThat(names(snapshots.purge(3))).containsExactly("snapshot.0", "log.1");
        }

        @ParameterizedTest
        @EnumSource(SnapshotForm.class)
        void countsNoneUnderALaterName(SnapshotForm form) throws IOException {
            snapshots = new FileSnapshots(directory, form);
            for (int zxid : new int[] {0, 10, 20}) {
                snapshots.write(grown(zxid), zxid);
            }
            Files.copy(
                    directory.snapshotDirectory().resolve(form.nameOf(20)),
                    directory.snapshotDirectory().resolve(form.nameOf(30)));
            write("log.1", new byte[0]);
            write("log.a", new byte[0]);

            assertThat(snapshots.purge(3)).isEmpty();
            snapshots.write(grown(50), 50);
            assertThat(names(snapshots.purge(3))).containsExactly(form.nameOf(0), "log.1");
        }

        @Test
        void deletesNothingAfterASnapshotCouldNotBeWritten() throws IOException {
            for (int zxid : new int[] {0, 10, 20, 30}) {
                snapshots.write(grown(zxid), zxid);
            }
            Files.createDirectories(directory.snapshotDirectory().resolve("tmp.snapshot.28/in-the-way"));

            assertThrows(WriteFailedException.class, () -> snapshots.write(grown(40), 40));

            assertThat(snapshots.purge(3)).isEmpty();
        }

        @Test
        void makesRoomAfterASnapshotFoundNone() throws IOException {
            for (int zxid : new int[] {0, 10, 20, 30}) {
                snapshots.write(grown(zxid), zxid);
            }
            directory.close();
            boolean[] isFull = {false};
            Disk disk = new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> {
                if (isFull[0] && call.equals("write")) {
                    throw new IOException("No space left on device");
                }
            });
            directory = DataDirectory.open(disk, dir, dir);
            snapshots = new FileSnapshots(directory);
            isFull[0] = true;

            assertThrows(DiskFullException.class, () -> snapshots.write(grown(40), 40));

            assertThat(names(snapshots.purge(3))).containsExactly("snapshot.0");
        }

        @Test
        void syncsWhatOthersWroteBeforeItCounts() throws IOException {
            for (int zxid : new int[] {0, 10, 20, 30}) {
                snapshots.write(grown(zxid), zxid);
            }
            directory.close();
            List<String> calls = new ArrayList<>();
            Disk tapped =
                    new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> calls.add(call + " " + file.getFileName()));
            directory = DataDirectory.open(tapped, dir, dir);

            new FileSnapshots(directory).purge(3);

            assertThat(calls)
                    .containsSubsequence(
                            "sync snapshot.1e",
                            "sync-directory version-2",
                            "sync snapshot.14",
                            "sync snapshot.a",
                            "delete snapshot.0",
                            "sync-directory version-2");
        }

        @Test
        void looksAtNoneAsLongAsNothingCouldGo() throws IOException {
            for (int zxid : new int[] {0, 10, 20}) {
                snapshots.write(grown(zxid), zxid);
            }
            write("log.1", new byte[0]);
            directory.close();
            List<String> calls = new ArrayList<>();
            Disk tapped =
                    new TappedDisk(Disk.ofSystem(), (call, file, bytes) -> calls.add(call + " " + file.getFileName()));
            directory = DataDirectory.open(tapped, dir, dir);
            calls.clear();

            assertThat(new FileSnapshots(directory).purge(3)).isEmpty();

            assertThat(calls).noneMatch(call -> call.startsWith("sync snapshot"));
        }

        @Test
        void countsASnapshotThatANewerReleaseAddedTo() throws IOException {
            for (int zxid : new int[] {0, 10, 20, 30}) {
                snapshots.write(grown(zxid), zxid);
            }
            Path newest = directory.snapshotDirectory().resolve("snapshot.1e");
            Files.write(newest, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);

            assertThat(names(snapshots.purge(3))).containsExactly("snapshot.0");
        }

        @Test
        void fewerThanThreeAreNotAllowed() {
            assertThatThrownBy(() -> snapshots.purge(2)).hasMessage("keptCount=2: must be at least 3");
        }
    }

    @Test
    void unfinishedFilesOfAnybodyAreDeleted() throws IOException {
        write("snapshot.5.tmp", new byte[5]);
        write("tmp.snapshot.6", new byte[5]);
        write("currentEpoch.tmp", new byte[] {'1'});
        Path whole = snapshots.write(new ModelTree(), 0);

        snapshots.deleteUnfinished();

        assertThat(directory.disk().list(directory.snapshotDirectory()))
                .containsExactlyInAnyOrder(whole, directory.snapshotDirectory().resolve("currentEpoch.tmp"));
    }

    @Test
    void aFailingSourceLeavesNoFile() throws IOException {
        ModelTree tree = grown(3);
        tree.nodes.put("/broken", null);

        assertThrows(NullPointerException.class, () -> snapshots.write(tree, 3));

        assertTrue(ZxidFile.snapshots(Disk.ofSystem(), directory.snapshotDirectory())
                .isEmpty());
        tree.nodes.remove("/broken");
        assertEquals(tree.dump(), read(snapshots.write(tree, 3)).dump());
    }

    private ModelTree read(Path file) throws StorageException {
        ModelTree tree = new ModelTree();
        tree.beginSnapshot();
        snapshots.read(new ZxidFile(file, 0), tree);
        return tree;
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(directory.snapshotDirectory().resolve(name), bytes);
    }

    /** A tree after {@code count} transactions, with two access control lists and nodes of all kinds. */
    private static ModelTree grown(int count) {
        ModelTree tree = new ModelTree();
        ModelTree.Author author = new ModelTree.Author(tree);
        if (count > 0) {
            author.openSession();
        }
        for (int i = 2; i <= count; i++) {
            String path = "/n" + i;
            author.write(
                    i % 3 == 0
                            ? author.creation(path, null, List.of(new Acl(31, "digest", "a:b")), true)
                            : i % 3 == 1
                                    ? author.creation(path, Bytes.utf8("é" + i), Acl.OPEN, false)
                                    : new Txn.CreateTtl(
                                            path, Bytes.EMPTY, Acl.CREATOR_ALL, author.nextCreation(path), 1000 + i));
        }
        return tree;
    }

    private interface Packer {
        OutputStream over(OutputStream target) throws IOException;
    }

    private static byte[] packed(byte[] plain, Packer packer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = packer.over(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(each -> each.getFileName().toString()).toList();
    }

    private static String hex(String ascii) {
        return Bytes.utf8(ascii).hex();
    }
}
