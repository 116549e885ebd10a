package baton.server.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherJdkTest {
    @TempDir
    Path homes;

    @Test
    void theNewestOfAnotherReleaseIsTaken() throws IOException {
        List<Path> all = List.of(jdk("17.0.9"), jdk("25.0.1"), jdk("21"), homes.resolve("nothing"));

        assertEquals(Optional.of(homes.resolve("25.0.1")), OtherJdk.newest(all, 17));
        assertEquals(Optional.of(homes.resolve("21")), OtherJdk.newest(all, 25));
    }

    @Test
    void whatIsTooOldOrTheSameIsNoOther() throws IOException {
        assertEquals(Optional.empty(), OtherJdk.newest(List.of(jdk("17.0.9"), jdk("11.0.2")), 17));
    }

    private Path jdk(String version) throws IOException {
        Path home = Files.createDirectories(homes.resolve(version));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.createFile(java);
        assertTrue(java.toFile().setExecutable(true));
        return home;
    }
}
