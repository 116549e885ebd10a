package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryRepairTest {
    @TempDir
    Path directory;

    private record Said(ExitCode code, String out, String err) {}

    @BeforeEach
    void write() throws Exception {
        // No log file is made ahead: all records are in one.
        StorageSettings.Files storage =
                StorageSettings.Files.in(directory).withLog(new StorageSettings.Log(0, true, 0, 1000, 10_000));
        try (BatonServer server =
                BatonServer.start(ServerSettings.inDirectory(directory).withStorage(storage))) {
            for (int i = 0; i < 3; i++) {
                RawClient.withSession(server.port(), 5000).close();
            }
        }
    }

    @Test
    void saysThatNothingIsDamaged() {
        Said said = run(Optional.empty());

        assertEquals(ExitCode.OK, said.code);
        assertThat(said.out).contains("nothing is damaged in " + directory);
    }

    @Test
    void saysWhatIsDamagedAndRepairsItWhenTold() throws Exception {
        damageTheSecondRecord();

        Said diagnosis = run(Optional.empty());
        assertEquals(ExitCode.DATA_DAMAGED, diagnosis.code);
        assertThat(diagnosis.err).contains("log.1 at byte", "baton repair --accept-loss-after 0x0:1");

        Said other = run(Optional.of("0x0:2"));
        assertEquals(ExitCode.REFUSED, other.code);
        assertThat(other.err).contains("is whole up to zxid 0x0:1, not 0x0:2");

        Said done = run(Optional.of("0x0:1"));
        assertEquals(ExitCode.OK, done.code, done.err);
        assertThat(done.out).contains("kept what was there in", "ends with zxid 0x0:1 now");
        BatonServer.start(ServerSettings.inDirectory(directory)).close();
    }

    @Test
    void keepsOffWhileAServerRuns() throws Exception {
        try (BatonServer running = BatonServer.start(ServerSettings.inDirectory(directory))) {
            Said said = run(Optional.of("0x1"));

            assertEquals(ExitCode.ALREADY_RUNNING, said.code);
            assertThat(running.failure()).isNotDone();
        }
    }

    @Test
    void takesNothingForAZxidThatIsNone() {
        Said said = run(Optional.of("12"));

        assertEquals(ExitCode.USAGE, said.code);
        assertThat(said.err).contains("12 is no zxid: write 0x7:1f or 0x70000001f");
    }

    private void damageTheSecondRecord() throws IOException {
        Path log = directory.resolve("version-2/log.1");
        byte[] bytes = Files.readAllBytes(log);
        bytes[16 + 61 + 30] ^= 1;
        Files.write(log, bytes);
    }

    private Said run(Optional<String> acceptLossAfter) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitCode code = DirectoryRepair.run(
                List.of("--data-dir", directory.toString()),
                acceptLossAfter,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
