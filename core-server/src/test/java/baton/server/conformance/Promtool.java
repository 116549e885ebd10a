package baton.server.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Prometheus' own checks: the {@code promtool} of the path, or the one that {@code bin/install-promtool} has unpacked. */
final class Promtool {
    private static final Path INSTALLED = Path.of(System.getProperty("user.home"), ".cache/baton/promtool/promtool");

    private final Path binary;

    /** What it ended with and what it said, errors too. */
    record Outcome(int code, String said) {}

    private Promtool(Path binary) {
        this.binary = binary;
    }

    /** Skips the test, and says how to have it run, if there is none on this machine. */
    static Promtool assumeInstalled() {
        String path = System.getenv().getOrDefault("PATH", "");
        Optional<Path> binary = Stream.concat(
                        Stream.of(path.split(File.pathSeparator))
                                .filter(each -> !each.isEmpty())
                                .map(each -> Path.of(each, "promtool")),
                        Stream.of(INSTALLED))
                .filter(Files::isExecutable)
                .findFirst();
        if (binary.isEmpty()) {
            String why = "SKIPPED: no promtool on the path or at " + INSTALLED + "; run bin/install-promtool";
            // A report hides why a class was skipped.
            System.err.println(why);
            Assumptions.abort(why);
        }
        return new Promtool(binary.get());
    }

    Outcome run(String input, String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of(binary.toString()), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), said);
    }
}
