package baton.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** How often the threads of a process gave a processor away, or lost it. */
final class ContextSwitches {
    private static final String[] KEYS = {"voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"};

    private ContextSwitches() {}

    /** Of those threads that live. */
    static long of(long pid) throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                sum += ofThread(thread.resolve("status"));
            }
        }
        return sum;
    }

    private static long ofThread(Path status) throws IOException {
        long sum = 0;
        try {
            for (String line : Files.readAllLines(status)) {
                for (String key : KEYS) {
                    sum += line.startsWith(key)
                            ? Long.parseLong(line.substring(key.length()).strip())
                            : 0;
                }
            }
        } catch (NoSuchFileException ended) {
            return 0;
        }
        return sum;
    }
}
