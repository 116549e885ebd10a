package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileLogTest extends TxnLogContract {
    @TempDir
    Path dir;

    private final ModelTree.Author author = new ModelTree.Author(new ModelTree());
    private final List<String> calls = new ArrayList<>();
    private String failing = "";
    private FileLog log;

    @BeforeEach
    void openLog() {
        log = new FileLog(dir, 0, 0, this::record);
    }

    @Override
    TxnLog open() {
        return log;
    }

    @Override
    List<TxnEntry> crash() throws IOException {
        List<TxnEntry> found = new ArrayList<>();
        for (ZxidFile each : ZxidFile.logs(dir)) {
            try (LogScan scan = LogScan.open(each.path())) {
                for (TxnEntry entry = scan.next(); entry != null; entry = scan.next()) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    @Test
    void aBatchIsOneWriteAndOneForceHoweverLargeItIs() throws IOException {
        List<TxnEntry> entries = author.nodes(500);
        log.append(entries.get(0));
        log.force();
        calls.clear();

        for (TxnEntry each : entries.subList(1, 500)) {
            log.append(each);
        }
        log.force();

        assertThat(calls).hasSize(2);
        assertThat(calls.get(0)).startsWith("write ");
        assertEquals("force", calls.get(1));
    }

    @Test
    void aFileBearsTheZxidOfItsFirstEntry() throws IOException {
        for (TxnEntry each : author.nodes(40)) {
            log.append(each);
            if (each.zxid() % 16 == 0) {
                log.roll();
            }
        }
        log.close();

        assertThat(ZxidFile.logs(dir))
                .containsExactly(
                        new ZxidFile(dir.resolve("log.1"), 1),
                        new ZxidFile(dir.resolve("log.11"), 17),
                        new ZxidFile(dir.resolve("log.21"), 33));
    }

    @Test
    void anExistingFileIsNeverWrittenTo() throws IOException {
        Files.write(dir.resolve("log.1"), new byte[] {7});
        log.append(author.openSession());

        assertThatThrownBy(log::force)
                .isInstanceOf(WriteFailedException.class)
                .hasCauseInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("cannot create " + dir.resolve("log.1"));

        assertThat(Files.readAllBytes(dir.resolve("log.1"))).containsExactly(7);
    }

    @Test
    void roomAheadIsZerosAndGrowsInSteps() throws IOException {
        FileLog roomy = new FileLog(dir, 0, FileLog.ROOM_BYTES_DEFAULT, LogDevice::onDisk);
        List<Long> sizes = new ArrayList<>();
        List<TxnEntry> entries = author.nodes(3000);
        for (TxnEntry each : entries) {
            roomy.append(each);
            roomy.force();
            long size = Files.size(dir.resolve("log.1"));
            if (sizes.isEmpty() || size != sizes.get(sizes.size() - 1)) {
                sizes.add(size);
            }
        }
        roomy.close();

        assertThat(sizes).hasSizeLessThan(4);
        assertEquals(entries, crash());
    }

    @Nested
    class WhenTheDiskFails {
        @Test
        void aFailedForceIsNeverTriedAgain() throws IOException {
            failing = "force";
            log.append(author.openSession());

            StorageException first = assertThrows(WriteFailedException.class, log::force);
            failing = "";
            int before = calls.size();

            assertSame(first, assertThrows(StorageException.class, log::force));
            assertSame(first, assertThrows(StorageException.class, log::roll));
            assertSame(first, assertThrows(StorageException.class, () -> log.append(author.create("/a", ""))));
            assertThat(first)
                    .hasMessageContaining("cannot force " + dir.resolve("log.1"))
                    .hasMessageContaining("broken");
            log.close();
            assertThat(calls.subList(before, calls.size())).containsExactly("close");
        }

        @Test
        void afterAFailedWriteNothingIsWritten() throws IOException {
            log.append(author.openSession());
            log.force();
            failing = "write";
            log.append(author.create("/a", ""));

            assertThatThrownBy(log::force).hasMessageContaining("cannot write " + dir.resolve("log.1"));
            failing = "";
            assertThrows(WriteFailedException.class, () -> log.append(author.create("/b", "")));

            assertEquals(1, crash().size());
        }

        @Test
        void aDiskTooFullForRoomAheadStillTakesTheBatch() throws IOException {
            List<TxnEntry> entries = author.nodes(3);
            FileLog tight = new FileLog(dir, 0, 1000, file -> new SmallDevice(LogDevice.onDisk(file), 999));
            for (TxnEntry each : entries) {
                tight.append(each);
                tight.force();
            }
            tight.close();

            assertEquals(entries, crash());
        }

        @Test
        @EnabledOnOs(OS.LINUX)
        void aFullDiskSaysSo() throws IOException {
            FileLog full = new FileLog(
                    dir, 0, 0, file -> LogDevice.on(FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)));
            full.append(author.openSession());

            assertThatThrownBy(full::force)
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("no space left to write " + dir.resolve("log.1"))
                    .hasMessageContaining("make room in " + dir);
            assertThrows(DiskFullException.class, full::force);
        }
    }

    private LogDevice record(Path file) throws IOException {
        LogDevice real = LogDevice.onDisk(file);
        return new LogDevice() {
            @Override
            public void write(ByteBuffer bytes, long offset) throws IOException {
                step("write", "write " + bytes.remaining());
                real.write(bytes, offset);
            }

            @Override
            public void force() throws IOException {
                step("force", "force");
                real.force();
            }

            @Override
            public void close() throws IOException {
                step("close", "close");
                real.close();
            }
        };
    }

    private void step(String kind, String call) throws IOException {
        calls.add(call);
        if (kind.equals(failing)) {
            throw new IOException("broken");
        }
    }

    /** Has no space for large pieces. */
    private record SmallDevice(LogDevice real, int bytesMax) implements LogDevice {
        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            if (bytes.remaining() > bytesMax) {
                throw new IOException("No space left on device");
            }
            real.write(bytes, offset);
        }

        @Override
        public void force() throws IOException {
            real.force();
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }
}
