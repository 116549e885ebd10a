package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a large {@code jute.maxbuffer} has let in once, and is read with a usual one. */
class LongFieldsTest {
    private static final int LONG_BYTES = (64 << 20) + 1;
    private static final int ENTRY_BYTES = 1 << 28;

    @TempDir
    Path dir;

    private final ModelTree tree = new ModelTree();
    private final ModelTree.Author author = new ModelTree.Author(tree);

    @Test
    void areReadBackFromTheLog() throws StorageException {
        writeLong();

        assertThat(recovered(SnapshotForm.PLAIN).nodes.get("/long").content.size())
                .isEqualTo(LONG_BYTES);
    }

    @ParameterizedTest
    @EnumSource(SnapshotForm.class)
    void areReadBackFromASnapshotAndPurgedLikeOthers(SnapshotForm form) throws StorageException {
        writeLong();
        ModelTree found = new ModelTree();
        try (FileStorage storage = open(found, form)) {
            for (int i = 0; i < 4; i++) {
                storage.log().append(author.create("/n" + i, "x"));
                storage.log().roll();
                storage.snapshots().write(tree, tree.lastZxid());
            }
            assertThat(storage.scrub(() -> {})).isEmpty();
            assertThat(storage.snapshots().purge(FileSnapshots.KEPT_MIN))
                    .extracting(Path::getFileName)
                    .map(Path::toString)
                    .containsExactly("snapshot.0", form.nameOf(2), "log.1", "log.2");
        }

        assertThat(recovered(form).sum()).isEqualTo(tree.sum());
    }

    @Test
    void areNotBelievedInAFileThatIsDamaged() throws IOException {
        author.create("/short", "content");
        try (DataDirectory directory = DataDirectory.open(dir)) {
            FileSnapshots snapshots = new FileSnapshots(directory);
            Path file = snapshots.write(tree, 1);
            byte[] bytes = Files.readAllBytes(file);
            int path = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("/short");
            ByteBuffer.wrap(bytes).putInt(path + "/short".length(), Integer.MAX_VALUE);
            Files.write(file, bytes);

            assertThatThrownBy(() -> snapshots.read(new ZxidFile(file, 1), new ModelTree()))
                    .isInstanceOf(CorruptSnapshotException.class)
                    .hasMessageContaining("length of 2147483647, and the file does not end with a checksum");
        }
    }

    private void writeLong() throws StorageException {
        LogSettings large = LogSettings.of(0, true, 0, ENTRY_BYTES, 0);
        ModelTree found = new ModelTree();
        try (FileStorage storage = FileStorage.open(
                DataDirectory.open(dir), found, found, DigestCheck.REFUSE, large, SnapshotForm.PLAIN)) {
            storage.log()
                    .append(author.write(
                            author.creation("/long", Bytes.wrap(new byte[LONG_BYTES]), List.copyOf(Acl.OPEN), false)));
            storage.log().force();
        }
    }

    private ModelTree recovered(SnapshotForm form) throws StorageException {
        ModelTree found = new ModelTree();
        open(found, form).close();
        return found;
    }

    /** With the settings of a server that allows no more than usual. */
    private FileStorage open(ModelTree found, SnapshotForm form) throws StorageException {
        return FileStorage.open(
                DataDirectory.open(dir), found, found, DigestCheck.REFUSE, LogSettings.withNextLog(0), form);
    }
}
