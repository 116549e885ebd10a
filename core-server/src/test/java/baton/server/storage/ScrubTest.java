package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubTest {
    @TempDir
    Path dir;

    private final ModelTree tree = new ModelTree();
    private FileStorage storage;
    private Path version;

    @BeforeEach
    void write() throws StorageException {
        ModelTree found = new ModelTree();
        storage = FileStorage.open(
                DataDirectory.open(dir),
                found,
                found,
                DigestCheck.REFUSE,
                LogSettings.withNextLog(2000),
                SnapshotForm.PLAIN);
        version = storage.directory().logDirectory();
        ModelTree.Author author = new ModelTree.Author(tree);
        for (int part = 0; part < 3; part++) {
            for (TxnEntry each : author.nodes(10)) {
                storage.log().append(each);
            }
            storage.log().roll();
            storage.snapshots().write(tree, tree.lastZxid());
        }
    }

    @AfterEach
    void close() throws StorageException {
        storage.close();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws IOException {
        assertThat(storage.scrub(() -> {})).isEmpty();
    }

    @Test
    void findsEveryFlippedBitOfALogThatIsNotWrittenAnyMore() throws IOException {
        Path log = version.resolve("log.b");
        byte[] whole = Files.readAllBytes(log);
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        for (int at = LogFormat.HEADER_BYTES; at < end; at += 3) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 8;
            Files.write(log, damaged);

            assertThat(storage.scrub(() -> {}))
                    .describedAs("byte %d", at)
                    .singleElement()
                    .asString()
                    .contains(log.toString());
        }
    }

    @Test
    void aLogThatCannotBeReadIsFoundWithEverythingElse() throws IOException {
        Path unreadable = version.resolve("log.1");
        Files.delete(unreadable);
        // Reading a directory fails as a broken sector does.
        Files.createDirectory(unreadable);
        flip(version.resolve("log.b"), LogFormat.HEADER_BYTES);
        flip(version.resolve("snapshot.14"), 100);

        assertThat(storage.scrub(() -> {}))
                .satisfiesExactly(
                        first -> assertThat(first).contains("snapshot.14"),
                        second -> assertThat(second).contains(unreadable.toString()),
                        third -> assertThat(third).contains("log.b"));
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 8;
        Files.write(file, bytes);
    }

    @Test
    void findsALogThatIsNotWhatItsNameSays() throws IOException {
        Files.copy(version.resolve("log.1"), version.resolve("log.b"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(storage.scrub(() -> {}))
                .singleElement()
                .asString()
                .contains("log.b")
                .contains("begins with zxid 0x0:1, which is not that of its name");
    }

    @Test
    void findsADamagedSnapshotWhichThenCountsNoMore() throws IOException {
        storage.snapshots().purge(3);
        Path snapshot = version.resolve("snapshot.14");
        byte[] whole = Files.readAllBytes(snapshot);
        whole[whole.length / 2] ^= 1;
        Files.write(snapshot, whole);

        assertThat(storage.scrub(() -> {})).singleElement().asString().contains(snapshot.toString());
        storage.snapshots().write(tree, tree.lastZxid() + 1);
        assertThat(storage.snapshots().purge(3)).isEmpty();
    }

    @Test
    void whoeverHasNoMoreTimeGivesUpAndHasFoundNothing() throws IOException {
        int small = ZxidFile.snapshots(Disk.ofSystem(), version).size();
        new ModelTree.Author(tree).nodes(3 * Scrub.STRETCH);
        storage.snapshots().write(tree, tree.lastZxid());
        storage.snapshots().write(tree, tree.lastZxid() + 1);

        assertThatThrownBy(() -> storage.scrub(new Cancelling(0))).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> storage.scrub(new Cancelling(small + 1)))
                .describedAs("in the middle of a snapshot")
                .isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> storage.snapshots().purge(3, List.of(), new Cancelling(0)))
                .isInstanceOf(CancellationException.class);

        assertThat(storage.scrub(() -> {})).isEmpty();
        assertThat(storage.snapshots().purge(3)).isNotEmpty();
    }

    /** Has time for so many more. */
    private static final class Cancelling implements Runnable {
        private int left;

        Cancelling(int left) {
            this.left = left;
        }

        @Override
        public void run() {
            if (left-- == 0) {
                throw new CancellationException();
            }
        }
    }

    @Test
    void whatIsToBeDoneMeanwhileIsDoneEvenIfThatDeletesFiles() throws IOException {
        ModelTree.Author author = new ModelTree.Author(tree);
        for (TxnEntry each : author.nodes(3 * Scrub.STRETCH)) {
            storage.log().append(each);
        }
        storage.log().roll();
        for (int i = 0; i < 3; i++) {
            storage.snapshots().write(tree, tree.lastZxid());
            for (TxnEntry each : author.nodes(1)) {
                storage.log().append(each);
            }
            storage.log().roll();
        }
        List<Path> purged = new ArrayList<>();

        List<String> damaged = storage.scrub(() -> {
            try {
                purged.addAll(storage.snapshots().purge(FileSnapshots.KEPT_MIN));
            } catch (StorageException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(damaged).isEmpty();
        assertThat(purged).contains(version.resolve("log.1"));
    }
}
