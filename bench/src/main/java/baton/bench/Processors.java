package baton.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The numbers of the processors that this process may use, as the kernel counts them. */
final class Processors {
    private static final String ALLOWED_KEY = "Cpus_allowed_list:";

    /** Ascending, and those from before this process is placed, which asks for them first. */
    static final List<Integer> ALLOWED = allowed();

    private Processors() {}

    private static List<Integer> allowed() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(ALLOWED_KEY))
                    .map(line -> parse(line.substring(ALLOWED_KEY.length()).strip()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("/proc/self/status has no line " + ALLOWED_KEY));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot tell which processors may be used", failed);
        }
    }

    /** Reads numbers and ranges of them, such as {@code 0-2,5}. */
    static List<Integer> parse(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(range -> range.split("-", 2))
                .flatMap(ends -> IntStream.rangeClosed(
                                Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                        .boxed())
                .toList();
    }
}
