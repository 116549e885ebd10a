package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.SimulatedDisk.Kernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a tree holds, a snapshot of any form reads it back; and damage is refused if it changes any of that. */
class SnapshotRoundTripTest {
    private static final Path DATA = Path.of("/data");
    private static final long ZXID = 0x1_0000_0007L;

    private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), Kernel.STRICT, 512);

    @Property(tries = 300)
    void everyFormReadsBackWhatItWrote(@ForAll("trees") ModelTree tree, @ForAll SnapshotForm form) throws IOException {
        Path file = written(tree, form);

        assertThat(read(file, form).dump()).isEqualTo(tree.dump());
    }

    @Property(tries = 1_000)
    void damageIsRefusedUnlessItChangesNothing(
            @ForAll("trees") ModelTree tree, @ForAll SnapshotForm form, @ForAll int at, @ForAll byte damage)
            throws IOException {
        Path file = written(tree, form);
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            byte[] bytes = DiskSteps.read(disk, file, (int) open.size());
            int place = Math.floorMod(at, bytes.length);
            open.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[place] ^ damage)}), place);
        }

        readOrRefuse(file, form, tree);
    }

    @Property(tries = 300)
    void whatIsCutOffIsRefusedUnlessNothingIsMissing(
            @ForAll("trees") ModelTree tree, @ForAll SnapshotForm form, @ForAll int at) throws IOException {
        Path file = written(tree, form);
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            open.truncate(Math.floorMod(at, (int) open.size()));
        }

        readOrRefuse(file, form, tree);
    }

    private Path written(ModelTree tree, SnapshotForm form) throws IOException {
        disk.createDirectories(DATA);
        Path file = DATA.resolve(form.nameOf(ZXID));
        FileSnapshots.writeUnfinished(disk, file, form, tree, ZXID);
        return file;
    }

    private ModelTree read(Path file, SnapshotForm form) throws StorageException {
        ModelTree read = new ModelTree();
        read.beginSnapshot();
        FileSnapshots.read(disk, file, form, read);
        return read;
    }

    /** Any other exception than the refusal fails the property. */
    private void readOrRefuse(Path file, SnapshotForm form, ModelTree expected) throws StorageException {
        try {
            assertThat(read(file, form).dump()).isEqualTo(expected.dump());
        } catch (CorruptSnapshotException refused) {
            assertThat(refused).hasMessageContaining(file.toString());
        }
    }

    @Provide
    Arbitrary<ModelTree> trees() {
        Arbitrary<List<ModelTree.Node>> nodes = nodes().list().ofMaxSize(12);
        Arbitrary<List<Long>> sessions = Arbitraries.longs().list().ofMaxSize(4);
        return Combinators.combine(nodes, sessions).as((each, owners) -> {
            ModelTree tree = new ModelTree();
            String path = "";
            for (ModelTree.Node node : each) {
                // Some below each other, some beside.
                path = (node.version % 2 == 0 ? path : "") + "/n" + tree.nodes.size();
                tree.nodes.put(path, node);
            }
            owners.forEach(id -> tree.sessions.put(id, (int) (id >>> 3)));
            return tree;
        });
    }

    private static Arbitrary<ModelTree.Node> nodes() {
        Arbitrary<Bytes> content = Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(300)
                .map(Bytes::wrap)
                .injectNull(0.2);
        Arbitrary<String> text = Arbitraries.strings().withChars("aé:/\u4e2d").ofMaxLength(6);
        Arbitrary<List<Acl>> acl = Combinators.combine(Arbitraries.integers(), text, text)
                .as(Acl::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
        return Combinators.combine(
                        content, acl, Arbitraries.longs().array(long[].class).ofSize(9))
                .as((bytes, list, numbers) -> {
                    ModelTree.Node node = new ModelTree.Node();
                    node.content = bytes;
                    node.acl = list;
                    node.czxid = numbers[0];
                    node.mzxid = numbers[1];
                    node.pzxid = numbers[2];
                    node.ctime = numbers[3];
                    node.mtime = numbers[4];
                    node.version = (int) numbers[5];
                    node.creations = (int) numbers[6];
                    node.aversion = (int) numbers[7];
                    node.owner = numbers[8];
                    return node;
                });
    }
}
