package baton.foreign;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own. What it prints is read all the time; the last lines are kept. */
final class Command implements AutoCloseable {
    private static final int LINES_KEPT = 200;
    private static final long EXIT_MAX_SECONDS = 60;

    private final Process process;
    private final Deque<String> lines = new ArrayDeque<>(); // Guarded by itself.
    private String ready; // Guarded by lines.
    private boolean ended; // Guarded by lines.
    private boolean dismissed; // Guarded by lines.

    private Command(Process process) {
        this.process = process;
    }

    /** Starts one, and returns once it has printed a line that contains {@code sign}. */
    static Command started(String sign, String... words) throws IOException, InterruptedException {
        Command command =
                new Command(new ProcessBuilder(words).redirectErrorStream(true).start());
        Thread reader = new Thread(() -> command.read(sign), "output of " + words[0]);
        reader.setDaemon(true);
        reader.start();
        synchronized (command.lines) {
            while (command.ready == null) {
                if (command.ended) {
                    throw new IllegalStateException(
                            words[0] + " ended without '" + sign + "':\n" + String.join("\n", command.lines));
                }
                command.lines.wait();
            }
        }
        return command;
    }

    private void read(String sign) {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                keep(line, sign);
            }
        } catch (IOException closed) {
            // Whoever ends a process also closes what is read from it, before the process has ended.
            if (!isDismissed()) {
                throw new UncheckedIOException("lost the output of process " + process.pid(), closed);
            }
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    private void keep(String line, String sign) {
        synchronized (lines) {
            lines.add(line);
            if (lines.size() > LINES_KEPT) {
                lines.remove();
            }
            if (ready == null && line.contains(sign)) {
                ready = line;
                lines.notifyAll();
            }
        }
    }

    private boolean isDismissed() {
        synchronized (lines) {
            return dismissed;
        }
    }

    private void dismiss() {
        synchronized (lines) {
            dismissed = true;
        }
    }

    /** The line that showed that it is ready. */
    String ready() {
        synchronized (lines) {
            return ready;
        }
    }

    /** Asks it to end, and waits until it has. */
    void terminate() throws InterruptedException {
        dismiss();
        process.destroy();
        if (!process.waitFor(EXIT_MAX_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("process " + process.pid() + " does not end when asked to");
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close() throws InterruptedException {
        dismiss();
        process.destroyForcibly().waitFor();
    }
}
