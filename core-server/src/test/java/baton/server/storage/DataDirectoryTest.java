package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path dir;

    @Test
    void whatIsMissingIsCreated() throws IOException {
        Path data = dir.resolve("a/b");
        try (DataDirectory directory = DataDirectory.open(data, dir.resolve("logs"))) {
            assertEquals(data.resolve("version-2"), directory.snapshotDirectory());
            assertEquals(dir.resolve("logs/version-2"), directory.logDirectory());
            assertThat(directory.logDirectory()).isDirectory();
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whatIsCreatedIsForTheOwnerAlone() throws IOException {
        try (DataDirectory directory = DataDirectory.open(dir.resolve("new"))) {
            Path snapshot = new FileSnapshots(directory).write(new ModelTree(), 0);

            assertEquals("rwx------", permissions(directory.snapshotDirectory()));
            assertEquals("rw-------", permissions(snapshot));
        }
    }

    /** Whoever can open it can lock it. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void locksAreForTheOwnerAloneAlsoThoseOfOlderReleases() throws IOException {
        List<Path> locks = List.of(dir.resolve("baton.lock"), dir.resolve("version-2/baton.lock"));
        DataDirectory.open(dir).close();
        for (Path each : locks) {
            assertEquals("rw-------", permissions(each));
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-r--r--"));
        }

        DataDirectory.open(dir).close();

        for (Path each : locks) {
            assertEquals("rw-------", permissions(each));
        }
    }

    @Test
    @Timeout(60)
    void aProcessThatDoesNotLiveIsNotTakenForTheHolder() throws Exception {
        Path lock = dir.resolve("baton.lock");
        Files.writeString(lock, "999999999");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ)) {
            channel.lock(0, Long.MAX_VALUE, true);

            assertThat(openInAnotherProcess())
                    .contains("in use by another server, or by whoever else has locked " + lock)
                    .doesNotContain("process");
        }
    }

    @Test
    void aSecondServerInThisProcessIsRefusedUntilTheFirstHasGone() throws IOException {
        DataDirectory first = DataDirectory.open(dir);

        assertThatThrownBy(() -> DataDirectory.open(dir))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessage("data directory " + dir + ": in use by another server in this process");

        first.close();
        DataDirectory.open(dir).close();
    }

    @Test
    void aSharedLogDirectoryIsRefusedAndTheOwnOneReleased() throws IOException {
        Path one = dir.resolve("one");
        Path two = dir.resolve("two");
        Path logs = dir.resolve("logs");
        try (DataDirectory first = DataDirectory.open(one, logs)) {
            assertThatThrownBy(() -> DataDirectory.open(two, logs)).hasMessageContaining(logs + ": in use");

            assertThat(first.logDirectory()).isDirectory();
            DataDirectory.open(two).close();
        }
    }

    @Test
    @Timeout(60)
    void aServerInAnotherProcessIsRefusedWhileThisOneRunsEvenAfterASecondTry() throws Exception {
        try (DataDirectory held = DataDirectory.open(dir)) {
            assertThatThrownBy(() -> DataDirectory.open(dir)).isInstanceOf(DirectoryRefusedException.class);

            assertThat(openInAnotherProcess())
                    .contains("in use by another server (process "
                            + ProcessHandle.current().pid() + ")");
            assertThat(held.logDirectory()).isDirectory();
        }
        assertEquals("opened", openInAnotherProcess());
    }

    /** Who is led there by a link may have no right to write beside it. */
    @Test
    void itIsHeldWhereEverybodyLooksWhoMayWriteItsFiles() throws IOException {
        try (DataDirectory held = DataDirectory.open(dir)) {
            for (Path each : List.of(dir, held.logDirectory())) {
                assertThatThrownBy(() -> lockBlindly(each.resolve("baton.lock")))
                        .as("%s", each)
                        .isInstanceOf(OverlappingFileLockException.class);
            }
        }
        for (Path each : List.of(dir, dir.resolve("version-2"))) {
            lockBlindly(each.resolve("baton.lock"));
        }
    }

    private static void lockBlindly(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNotNull();
        }
    }

    @Test
    @Timeout(60)
    void lookingAtAllFilesDropsNoLock() throws Exception {
        try (DataDirectory held = DataDirectory.open(dir)) {
            for (Path each : held.disk().list(held.logDirectory())) {
                held.disk().open(each, Disk.Mode.READ).close();
            }
            DirectorySizes.of(held);
            Files.delete(dir.resolve("baton.lock"));

            assertThat(openInAnotherProcess()).contains("version-2: in use by another server (process ");
        }
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "x");

        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessage("data directory " + file + ": cannot be used: " + file + " is no directory");
    }

    @Test
    void aFileInTheWayInsideIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("version-2"), "x");

        assertThatThrownBy(() -> DataDirectory.open(dir))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessage("data directory " + dir + ": cannot be used: " + file + " is no directory");
    }

    @Test
    void whatCannotBeWrittenIsNamed() {
        Path inside = dir.resolve("version-2");
        Disk disk = new ForwardingDisk(Disk.ofSystem()) {
            @Override
            public boolean isWritable(Path directory) {
                return !directory.equals(inside);
            }
        };

        assertThatThrownBy(() -> DataDirectory.open(disk, dir, dir))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessage(
                        "data directory " + dir + ": cannot be used: " + inside + " cannot be written by this user");
    }

    @Test
    void mixedUpDirectoriesAreRefused() throws IOException {
        Path snapshots = dir.resolve("snapshots");
        Path logs = dir.resolve("logs");
        DataDirectory.open(snapshots, logs).close();
        Path log = Files.write(snapshots.resolve("version-2/log.1"), new byte[0]);

        assertThatThrownBy(() -> DataDirectory.open(snapshots, logs)).hasMessageContaining("holds transaction logs");

        Files.delete(log);
        Files.write(logs.resolve("version-2/snapshot.0"), new byte[0]);
        assertThatThrownBy(() -> DataDirectory.open(snapshots, logs)).hasMessageContaining("holds snapshots");
    }

    @Nested
    class Links {
        private Path own;

        @BeforeEach
        void leadThereFromElsewhere() throws IOException {
            DataDirectory.open(dir.resolve("there")).close();
            own = Files.createDirectory(dir.resolve("own"));
            Files.createSymbolicLink(own.resolve("version-2"), dir.resolve("there/version-2"));
        }

        @Test
        void leadToADirectoryThatIsHeld() throws IOException {
            try (DataDirectory held = DataDirectory.open(dir.resolve("there"))) {
                assertThatThrownBy(() -> DataDirectory.open(own)).hasMessageContaining("there: in use");
                assertThatThrownBy(() -> DataDirectory.open(dir.resolve("third"), own))
                        .hasMessageContaining("there: in use");
                assertThat(held.logDirectory()).isDirectory();
            }
            DataDirectory.open(own).close();
        }

        @Test
        void holdTheDirectoryTheyLeadTo() throws IOException {
            try (DataDirectory held = DataDirectory.open(own)) {
                assertThatThrownBy(() -> DataDirectory.open(dir.resolve("there")))
                        .isInstanceOf(DirectoryRefusedException.class)
                        .hasMessageContaining("there: in use");
                assertThat(held.logDirectory()).isDirectory();
            }
        }

        @Test
        void mayLeadToDirectoriesOfAnyNameSideBySide() throws IOException {
            for (String each : List.of("one", "two")) {
                Path from = Files.createDirectories(dir.resolve("from-" + each));
                Path files = Files.createDirectories(dir.resolve("disk/" + each));
                Files.createSymbolicLink(from.resolve("version-2"), files);
            }
            Path third = Files.createDirectory(dir.resolve("third"));
            Files.createSymbolicLink(third.resolve("version-2"), dir.resolve("disk/one"));

            try (DataDirectory one = DataDirectory.open(dir.resolve("from-one"));
                    DataDirectory two = DataDirectory.open(dir.resolve("from-two"))) {
                assertThatThrownBy(() -> DataDirectory.open(third)).hasMessageContaining("disk/one: in use");
                assertThat(one.logDirectory()).isNotEqualTo(two.logDirectory());
            }
        }

        @Test
        void makeOneDirectoryOfTwo() throws IOException {
            try (DataDirectory both = DataDirectory.open(dir.resolve("there"), own)) {
                assertEquals(both.snapshotDirectory(), both.logDirectory());
            }
        }
    }

    @Test
    void numbersOfTheEnsembleAreRead() throws IOException {
        try (DataDirectory directory = DataDirectory.open(dir)) {
            assertEquals(OptionalLong.empty(), directory.acceptedEpoch());

            Files.writeString(dir.resolve("version-2/acceptedEpoch"), "8");
            Files.writeString(dir.resolve("version-2/currentEpoch"), "7");

            assertEquals(OptionalLong.of(8), directory.acceptedEpoch());
            assertEquals(OptionalLong.of(7), directory.currentEpoch());

            Files.writeString(dir.resolve("version-2/currentEpoch"), "");
            assertThatThrownBy(directory::currentEpoch).hasMessageContaining("currentEpoch must hold a number");
        }
    }

    @Test
    void onlyWholeNamesAreTakenForFilesOfTheHistory() {
        assertEquals(OptionalLong.of(0x1f), ZxidFile.zxidOf("log.1f", ZxidFile.LOG));
        assertEquals(OptionalLong.of(0x1f), ZxidFile.zxidOf("snapshot.1f.gz", ZxidFile.SNAPSHOT));
        assertEquals(OptionalLong.of(0x1f), ZxidFile.zxidOf("snapshot.1f.SNAPPY", ZxidFile.SNAPSHOT));
        for (String name :
                new String[] {"snapshot.1f.tmp", "snapshot.1f.gz.tmp", "snapshot.", "snapshot", "snapshot.xyz"}) {
            assertEquals(OptionalLong.empty(), ZxidFile.zxidOf(name, ZxidFile.SNAPSHOT), name);
        }
        assertEquals(OptionalLong.empty(), ZxidFile.zxidOf("log.1.gz", ZxidFile.LOG));
    }

    /** Opens the directory in another process and tells what came of it. */
    public static final class OtherProcess {
        public static void main(String[] arguments) {
            try (DataDirectory directory = DataDirectory.open(Path.of(arguments[0]))) {
                System.out.println("opened");
            } catch (StorageException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private String openInAnotherProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        dir.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String last = out.lines().reduce("", (before, line) -> line);
            process.waitFor(30, TimeUnit.SECONDS);
            return last;
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
