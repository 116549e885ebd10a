package baton.core.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An empty directory that goes with all that is in it when this is closed, for what lives otherwise than a test, which has
 * JUnit's {@code TempDir}.
 */
public final class TemporaryDirectory implements AutoCloseable {
    private final Path path;

    private TemporaryDirectory(Path path) {
        this.path = path;
    }

    /** @param name what its name begins with */
    public static TemporaryDirectory named(String name) {
        try {
            return new TemporaryDirectory(Files.createTempDirectory(name));
        } catch (IOException full) {
            throw new UncheckedIOException("cannot make a directory", full);
        }
    }

    public Path path() {
        return path;
    }

    /** Nobody may write into it any more. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        } catch (IOException left) {
            throw new UncheckedIOException("cannot delete " + path, left);
        }
    }
}
