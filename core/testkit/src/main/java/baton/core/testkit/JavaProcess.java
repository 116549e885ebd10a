package baton.core.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A main class in a process of its own, on the class path of the caller; everything it prints is kept.
 *
 * <p>Dies with this process at the latest. Safe for use by many threads.
 */
public final class JavaProcess implements AutoCloseable {
    private static final Duration EXIT_WAIT_MAX = Duration.ofSeconds(20);

    private final String name;
    private final Process process;
    private final Thread undertaker;
    private final List<String> lines = new ArrayList<>(); // Guarded by itself.
    private boolean ended; // Guarded by lines.

    private JavaProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        undertaker = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(undertaker);
        Thread reader = new Thread(this::readLines, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Prepares a process that runs {@code mainClass}. */
    public static Builder of(String mainClass) {
        return new Builder(mainClass);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed so far; with its error output, unless that goes to a file. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /**
     * Waits for a line that contains {@code part}, or takes the first that came already.
     *
     * @throws AssertionError if time runs out or the process ends without it; tells what it printed
     */
    public String awaitLine(String part, Duration timeout) {
        return awaitLine(line -> line.contains(part), "a line with \"" + part + "\"", timeout);
    }

    /** As {@link #awaitLine(String, Duration)}, with any condition. */
    public String awaitLine(Predicate<String> condition, String description, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lines) {
            for (int at = 0; ; at++) {
                while (at == lines.size()) {
                    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (ended || left <= 0) {
                        throw new AssertionError(name + (ended ? " ended without " : " took too long for ")
                                + description + "; it printed:\n" + String.join("\n", lines));
                    }
                    waitForLines(left);
                }
                if (condition.test(lines.get(at))) {
                    return lines.get(at);
                }
            }
        }
    }

    private void waitForLines(long millis) {
        try {
            lines.wait(millis);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for output of " + name, interrupt);
        }
    }

    /** Stops it dead in its tracks (SIGSTOP). */
    public void pause() {
        signalLiving("STOP");
    }

    /** Lets it go on (SIGCONT). */
    public void resume() {
        signalLiving("CONT");
    }

    /** Kills it without a chance to clean up (SIGKILL). Returns once it is gone. */
    public void kill() {
        signal("KILL");
        awaitExit(EXIT_WAIT_MAX);
    }

    /** Asks it to end (SIGTERM). Returns its exit code. */
    public int terminate() {
        signal("TERM");
        return awaitExit(EXIT_WAIT_MAX);
    }

    /**
     * Waits for its end.
     *
     * @throws AssertionError if time runs out; tells what it printed
     */
    public int awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        name + " still runs after " + timeout + "; it printed:\n" + String.join("\n", lines()));
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the end of " + name, interrupt);
        }
        return process.exitValue();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running; it does what is left to do.
            return;
        }
    }

    private void signalLiving(String signal) {
        if (!signal(signal)) {
            throw new AssertionError("kill -" + signal + " " + pid() + " (" + name + ") failed");
        }
    }

    // Process.destroy would close the streams too: the last words of the process would be lost.
    private boolean signal(String signal) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            Process kill = new ProcessBuilder("/bin/kill", "-" + signal, Long.toString(pid())).start();
            return kill.waitFor() == 0;
        } catch (IOException unavailable) {
            throw new UncheckedIOException("cannot run /bin/kill", unavailable);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while signalling " + name, interrupt);
        }
    }

    private void readLines() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                add(line);
            }
        } catch (IOException streamClosed) {
            add("(output ended: " + streamClosed.getMessage() + ")");
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    private void add(String line) {
        synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
        }
    }

    @Override
    public String toString() {
        return name + "[pid=" + pid() + "]";
    }

    /** What to start. Not thread-safe. */
    public static final class Builder {
        private final String mainClass;
        // As the launcher does, so that newer JDKs print no warnings of their own about native transports.
        private final List<String> jvmOptions = new ArrayList<>(List.of(
                "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        private final List<String> arguments = new ArrayList<>();
        private Path javaHome = Path.of(System.getProperty("java.home"));
        private String classPath = System.getProperty("java.class.path");
        private Optional<Path> errors = Optional.empty();

        private Builder(String mainClass) {
            this.mainClass = mainClass;
        }

        public Builder jvmOptions(String... options) {
            jvmOptions.addAll(List.of(options));
            return this;
        }

        public Builder arguments(String... more) {
            arguments.addAll(List.of(more));
            return this;
        }

        /** The JDK, if not that of the caller. */
        public Builder javaHome(Path home) {
            this.javaHome = home;
            return this;
        }

        /** The class path, if not that of the caller. */
        public Builder classPath(String path) {
            this.classPath = path;
            return this;
        }

        /** Appends its error output to a file, and keeps it out of {@link JavaProcess#lines}. */
        public Builder errorsTo(Path file) {
            this.errors = Optional.of(file);
            return this;
        }

        public JavaProcess start() {
            List<String> command = new ArrayList<>();
            command.add(javaHome.resolve("bin").resolve("java").toString());
            command.addAll(jvmOptions);
            command.addAll(List.of("-cp", classPath, mainClass));
            command.addAll(arguments);
            try {
                ProcessBuilder process = new ProcessBuilder(command);
                errors.ifPresentOrElse(
                        file -> process.redirectError(ProcessBuilder.Redirect.appendTo(file.toFile())),
                        () -> process.redirectErrorStream(true));
                return new JavaProcess(mainClass.substring(mainClass.lastIndexOf('.') + 1), process.start());
            } catch (IOException refused) {
                throw new UncheckedIOException("cannot start " + command, refused);
            }
        }
    }
}
