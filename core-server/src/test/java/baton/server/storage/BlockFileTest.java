package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockFileTest {
    private static final int BLOCK = 8;

    @TempDir
    Path dir;

    private Path path;
    private DiskFile ordinary;
    private Device device;
    private BlockFile file;

    @BeforeEach
    void open() throws IOException {
        path = Files.createFile(dir.resolve("file"));
        ordinary = Disk.ofSystem().open(path, Disk.Mode.WRITE);
        device = new Device();
        file = new BlockFile(ordinary, () -> device, BLOCK);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    /** Takes whole blocks, as many at a time as it is told. */
    private final class Device implements BlockFile.Blocks {
        private final List<String> calls = new ArrayList<>();
        private int bytesMax = Integer.MAX_VALUE;
        private int failAt = Integer.MAX_VALUE;
        private boolean closed;

        @Override
        public ByteBuffer piece() {
            return ByteBuffer.allocate(BlockFile.PIECE_BYTES);
        }

        @Override
        public int write(ByteBuffer whole, long position) throws IOException {
            assertThat(position % BLOCK).isZero();
            assertThat(whole.remaining() % BLOCK).isZero();
            if (calls.size() >= failAt) {
                throw new IOException("Invalid argument");
            }
            int bytes = Math.min(bytesMax, whole.remaining());
            calls.add(position + "+" + bytes);
            ordinary.write(whole.slice(whole.position(), bytes), position);
            whole.position(whole.position() + bytes);
            return bytes;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private void write(String text, long position) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), position);
    }

    private String content() throws IOException {
        return Files.readString(path).replace('\0', '.');
    }

    @Test
    void whatEndsInABlockIsFilledUpWithZerosAndWrittenAgainWithWhatComesNext() throws IOException {
        write("abc", 0);
        assertThat(content()).isEqualTo("abc.....");

        write("defghi", 3);
        write("jklmnop", 9);
        write("q", 16);

        assertThat(content()).isEqualTo("abcdefghijklmnopq.......");
        assertThat(device.calls).containsExactly("0+8", "0+16", "8+8", "16+8");
        assertThat(file.refusal()).isEmpty();
    }

    @Test
    void whatTheDiskTakesInPartGoesOnAtABlock() throws IOException {
        device.bytesMax = 12;

        write("abcdefghijklmnopqrstuvwxyz", 0);

        assertThat(content()).isEqualTo("abcdefghijklmnopqrstuvwxyz......");
        assertThat(device.calls).containsExactly("0+12", "8+12", "16+12", "24+8");
    }

    @Test
    void aDiskThatTakesNoWholeBlockIsAskedTheOrdinaryWay() throws IOException {
        write("abc", 0);
        device.bytesMax = 7;

        write("defghijkl", 3);
        write("mno", 12);

        assertThat(content()).isEqualTo("abcdefghijklmno.");
        assertThat(device.closed).isTrue();
    }

    @Test
    void aFileThatWasThereIsMadeLongerTheOrdinaryWay() throws IOException {
        Files.write(path, new byte[2 * BLOCK]);
        BlockFile there = new BlockFile(ordinary, () -> device, BLOCK);
        file = there;

        write("abcdefghijkl", 0);
        assertThat(device.closed).isFalse();
        write("mnopqrstu", 12);

        assertThat(content()).isEqualTo("abcdefghijklmnopqrstu");
        assertThat(device.closed).isTrue();
    }

    @Test
    void whatTheFirstWriteShowsToBeImpossibleGoesTheOrdinaryWay() throws IOException {
        device.failAt = 0;

        write("abc", 0);
        write("def", 3);

        assertThat(content()).isEqualTo("abcdef");
        assertThat(device.closed).isTrue();
        assertThat(file.refusal()).hasValueSatisfying(each -> assertThat(each).hasMessage("Invalid argument"));
    }

    @Test
    void aLaterFailureIsOneAndLosesNothingOfBefore() throws IOException {
        write("abc", 0);
        device.failAt = 1;

        assertThatThrownBy(() -> write("def", 3)).hasMessage("Invalid argument");
        device.failAt = Integer.MAX_VALUE;
        write("xyz", 3);

        assertThat(content()).isEqualTo("abcxyz..");
    }

    @Test
    void whatIsWrittenElsewhereGoesTheOrdinaryWayFromThenOn() throws IOException {
        write("abcdefgh", 0);
        write("X", 2);
        write("i", 8);

        assertThat(content()).isEqualTo("abXdefghi");
        assertThat(device.calls).hasSize(1);
    }

    @Test
    void aFileThatIsCutIsAsLongAsItWasCut() throws IOException {
        write("abcdef", 0);
        file.truncate(4);

        assertThat(content()).isEqualTo("abcd");
        assertThat(device.closed).isTrue();
    }

    @Test
    void theDiskOfAMachineThatCanDoWithoutItsCacheGetsWholeBlocks() throws IOException {
        Path onDisk = Files.createFile(dir.resolve("direct"));
        assumeThatCode(() -> FileChannel.open(onDisk, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)
                        .close())
                .doesNotThrowAnyException();

        try (DiskFile written = Disk.ofSystem().open(onDisk, Disk.Mode.BLOCKS)) {
            written.write(ByteBuffer.wrap(new byte[100]), 0);
        }

        assertThat(onDisk).hasSize(4096);
    }

    @Test
    void aFileWhoseSizeCannotBeReadIsClosedAndNotOpenedInBlocks() {
        List<String> calls = new ArrayList<>();
        DiskFile unreadable = new ForwardingDisk.ForwardingFile(ordinary) {
            @Override
            public long size() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public void close() {
                calls.add("close");
            }
        };

        assertThatThrownBy(() -> new BlockFile(
                        unreadable,
                        () -> {
                            calls.add("open");
                            return device;
                        },
                        BLOCK))
                .hasMessage("Input/output error");

        assertThat(calls).containsExactly("close");
    }

    /** On the disk of this machine, whether or not it can do without its cache. */
    @Test
    void theDiskHasWhatWasWrittenInPiecesOfAnySize() throws IOException {
        Random random = new Random(7);
        byte[] bytes = new byte[1 << 20];
        random.nextBytes(bytes);
        Path onDisk = Files.createFile(dir.resolve("pieces"));
        try (DiskFile written = Disk.ofSystem().open(onDisk, Disk.Mode.BLOCKS)) {
            for (int at = 0; at < bytes.length; ) {
                int piece = Math.min(bytes.length - at, random.nextInt(random.nextInt(10) == 0 ? 300_000 : 3_000));
                written.write(ByteBuffer.wrap(bytes, at, piece), at);
                at += piece;
            }
            written.syncData();
        }

        assertThat(onDisk).hasBinaryContent(bytes);
    }
}
