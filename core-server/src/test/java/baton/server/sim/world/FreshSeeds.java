package baton.server.sim.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Where the seeds of the default run begin: at a number that follows from the sources of what is simulated and of the
 * simulation. So every change of these explores new ground, and whoever runs the tests of one commit runs the same seeds.
 */
final class FreshSeeds {
    /** As the build runs the tests of this module: in its directory. */
    private static final List<Path> SOURCES = List.of(
            Path.of("../core/protocol/src/main"),
            Path.of("../core/client/src/main"),
            Path.of("src/main"),
            Path.of("src/test/java/baton/server"));

    /** What stands beside the simulation and its parts and is none of them. */
    private static final String TEST_ENDING = "Test.java";

    /** More than any run takes, so that no two commits share a seed. */
    private static final long DISTANCE = 1_000_000;

    private FreshSeeds() {}

    /** Returns the first of them, or the number that {@code -Dsim.base} gives. */
    static long first() {
        Long chosen = Long.getLong("sim.base");
        return chosen != null ? chosen : DISTANCE + DISTANCE * checksum(SOURCES);
    }

    static long checksum(List<Path> directories) {
        CRC32 sum = new CRC32();
        for (Path each : directories) {
            try (Stream<Path> below = Files.walk(each)) {
                for (Path file : below.filter(FreshSeeds::isSummed).sorted().toList()) {
                    sum.update(each.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                    sum.update(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the sources in " + each.toAbsolutePath(), e);
            }
        }
        return sum.getValue();
    }

    private static boolean isSummed(Path file) {
        return Files.isRegularFile(file) && !file.toString().endsWith(TEST_ENDING);
    }
}
