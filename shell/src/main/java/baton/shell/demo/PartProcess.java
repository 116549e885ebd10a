package baton.shell.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One operating-system process of the demo, seen from the stage. Safe for use by many threads. */
final class PartProcess {
    /**
     * Something a process said, or its end.
     *
     * @param from who said it
     * @param report what
     */
    record Notice(PartProcess from, Report report) {}

    private final String name;
    private final Role role;
    private final Process process;
    private final PrintStream orders;
    /** Written by whoever ends the process, before it ends. */
    private volatile boolean ending;

    /** Follows a process that was just started; its reports, and an end nobody asked for, go to the audience. */
    PartProcess(String name, Role role, Process process, Consumer<Notice> audience) {
        this.name = name;
        this.role = role;
        this.process = process;
        this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread reader = new Thread(() -> read(audience), "demo-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Consumer<Notice> audience) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                audience.accept(new Notice(this, Report.parse(line)));
            }
        } catch (IOException | UncheckedIOException closed) {
            // The process is ending: said below, if nobody asked for it.
        } catch (IllegalArgumentException notAReport) {
            audience.accept(new Notice(this, new Report.Failed(name + " printed: " + notAReport.getMessage())));
        }
        if (!ending) {
            audience.accept(new Notice(this, new Report.Failed(name + " ended by itself")));
        }
    }

    String name() {
        return name;
    }

    Role role() {
        return role;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return !ending && process.isAlive();
    }

    void order(String order, String argument) {
        orders.println(new Stage.Order(order, argument).line());
    }

    /** Ends it with SIGKILL: it gets no chance to say good-bye to anybody. */
    void kill() {
        ending = true;
        process.destroyForcibly();
    }

    /** Asks it to end, by closing its standard input. */
    void askToEnd() {
        ending = true;
        orders.close();
    }

    /** Waits for its end, and kills it if that takes too long. */
    void awaitEnd(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
