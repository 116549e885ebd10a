package baton.shell.demo;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All processes of one run, and the directory they work in. Closing it ends them, and so does the end of this process,
 * whatever brings it about: parts end by themselves when their standard input does.
 */
final class Troupe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Small and quick to start: a part lives for seconds, and eight of them share the machine. */
    private static final List<String> JVM_FLAGS =
            List.of("-Xmx128m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    /** Begins an argument that every part has. */
    static final String MARK = "-Dbaton.demo.part=";

    private static final int SILENT_NATIVE_ACCESS_FROM = 24;
    private static final int SILENT_UNSAFE_FROM = 23;

    private final Path directory;
    private final List<PartProcess> parts = new CopyOnWriteArrayList<>();
    private final BlockingQueue<PartProcess.Notice> notices = new LinkedBlockingQueue<>();
    private final Thread whenInterrupted = new Thread(this::killAll, "demo-ending");
    /** Writer: the main thread. */
    private boolean keepsDirectory;

    Troupe() {
        try {
            directory = Files.createTempDirectory("baton-demo-");
        } catch (IOException noDirectory) {
            throw new CommandFailedException(
                    ExitCode.PROBLEM, "cannot make a temporary directory: " + noDirectory.getMessage(), noDirectory);
        }
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
    }

    Path directory() {
        return directory;
    }

    /** Leaves the directory where it is, for those who want to know what went wrong. */
    void keepDirectory() {
        keepsDirectory = true;
    }

    /** Starts a part; it logs into a file of its name. */
    PartProcess start(Role role, String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(flagsOfThisJava());
        String classData = System.getProperty("baton.class.data", "");
        if (!classData.isEmpty()) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + classData, "-Xlog:disable"));
        }
        // Tells the parts apart in a list of processes.
        command.add(MARK + name);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PartMain.class.getName(), role.name()));
        command.addAll(List.of(arguments));
        File log = directory.resolve(name + ".log").toFile();
        try {
            Process process = new ProcessBuilder(command).redirectError(log).start();
            PartProcess part = new PartProcess(name, role, process, notices::add);
            parts.add(part);
            return part;
        } catch (IOException cannotStart) {
            throw new CommandFailedException(
                    ExitCode.PROBLEM, "cannot start " + name + ": " + cannotStart.getMessage(), cannotStart);
        }
    }

    private static List<String> flagsOfThisJava() {
        int java = Runtime.version().feature();
        List<String> flags = new ArrayList<>();
        if (java >= SILENT_NATIVE_ACCESS_FROM) {
            flags.add("--enable-native-access=ALL-UNNAMED");
        }
        if (java >= SILENT_UNSAFE_FROM) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        return flags;
    }

    /** Returns all parts, the dead included, in the order in which they were started. */
    List<PartProcess> parts() {
        return List.copyOf(parts);
    }

    /** Returns the living parts of the role, in the order in which they were started. */
    List<PartProcess> living(Role role) {
        return parts.stream()
                .filter(each -> each.role() == role && each.isAlive())
                .toList();
    }

    /** Returns the next thing that happens, or null if nothing does for so long. */
    PartProcess.@Nullable Notice next(Duration patience) throws InterruptedException {
        return notices.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends all parts, those that serve others last, and removes the directory. */
    @Override
    public void close() {
        endApplication();
        end(Role.SERVER);
        if (!keepsDirectory) {
            deleteDirectory();
        }
        Runtime.getRuntime().removeShutdownHook(whenInterrupted);
    }

    /** Ends all parts but the server. */
    void endApplication() {
        end(Role.CLIENT, Role.WORKER, Role.MASTER);
    }

    private void end(Role... roles) {
        List<PartProcess> ending = parts.stream()
                .filter(each -> List.of(roles).contains(each.role()))
                .toList();
        ending.forEach(PartProcess::askToEnd);
        try {
            for (PartProcess each : ending) {
                each.awaitEnd(PATIENCE);
            }
        } catch (InterruptedException hurry) {
            ending.forEach(PartProcess::kill);
            Thread.currentThread().interrupt();
        }
    }

    /** Ctrl-C: nothing is worth waiting for. */
    private void killAll() {
        parts.forEach(PartProcess::kill);
        for (PartProcess each : parts) {
            try {
                each.awaitEnd(PATIENCE);
            } catch (InterruptedException neverInAHook) {
                return;
            }
        }
        deleteDirectory();
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException leftBehind) {
            System.err.println("baton demo: " + directory + " could not be removed: " + leftBehind.getMessage());
        }
    }
}
