package baton.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of a benchmark. It goes with all that is in it when this is closed, and with the servers that run there when
 * this process is told to end; after a worse end the next benchmark in the same place sees to both.
 */
final class Workplace implements AutoCloseable {
    private static final String NAME = "baton-bench";

    /** Held locked by the benchmark while it lives, and empty before. The first of all names, so that it is deleted last. */
    private static final String LOCK = ".lock";

    /** Beside the log of a server: its process. */
    private static final String SERVER = "server.process";

    /** How deep below a workplace a server is noted at most: in a directory of its own in that of a workload. */
    private static final int SERVER_DEPTH_MAX = 3;

    /** A process as it is noted, with its start if the system tells it. */
    private static final Pattern IDENTITY = Pattern.compile("(\\d{1,18}) (\\d\\S*Z)?");

    private static final Pattern DIRECTORY = Pattern.compile(NAME + "\\d+");

    private static final int END_SECONDS_MAX = 10;

    // Of the process, not of a workplace: whether it has been told to end. Written by the thread that then ends all.
    private static volatile boolean ending;

    private final Path path;
    private final FileChannel lock;
    private final Thread whenToldToEnd = new Thread(this::endAll, "bench-ending");

    private Workplace(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes one in the directory, which need not exist, and removes there those of benchmarks that live no more. */
    static Workplace in(Path directory) throws IOException {
        Files.createDirectories(directory);
        removeAbandoned(directory);
        Path path = Files.createTempDirectory(directory, NAME);
        FileChannel file = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.lock();
        file.write(ByteBuffer.wrap(identity(ProcessHandle.current()).getBytes(StandardCharsets.UTF_8)));
        Workplace workplace = new Workplace(path, file);
        Runtime.getRuntime().addShutdownHook(workplace.whenToldToEnd);
        return workplace;
    }

    Path path() {
        return path;
    }

    /**
     * Notes which process writes the log.
     *
     * @throws IOException if that cannot be noted or this process has been told to end; then that process is killed
     */
    static void note(Path log, Process server) throws IOException {
        try {
            if (ending) {
                throw new IOException("no server is started any more: this benchmark was told to end");
            }
            Files.writeString(log.resolveSibling(SERVER), identity(server.toHandle()));
        } catch (IOException | RuntimeException | Error unnoted) {
            server.destroyForcibly();
            throw unnoted;
        }
    }

    /** With its start, for a number alone may be that of another process by the time. */
    private static String identity(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(String::valueOf).orElse("");
    }

    private static void removeAbandoned(Path directory) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, NAME + "*")) {
            for (Path each : all) {
                if (isWorkplace(each)) {
                    removeUnlessLocked(each);
                }
            }
        } catch (NoSuchFileException goneMeanwhile) {
            // Another benchmark has begun, too, and sees to it.
            return;
        }
    }

    /** Others may have a directory whose name begins alike, and a file of that name in it. */
    private static boolean isWorkplace(Path path) throws IOException {
        Path lock = path.resolve(LOCK);
        return DIRECTORY.matcher(path.getFileName().toString()).matches()
                && Files.isWritable(lock)
                && noted(lock).matches();
    }

    private static Matcher noted(Path file) throws IOException {
        return IDENTITY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    private static void removeUnlessLocked(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            if (lock != null && endNoted(path)) {
                deleteTree(path);
            }
        }
    }

    /** Returns whether no server can be left that uses the directory. */
    private static boolean endNoted(Path path) throws IOException {
        boolean ended = true;
        for (Path each : notes(path)) {
            Matcher noted = noted(each);
            Optional<ProcessHandle> living =
                    noted.matches() ? ProcessHandle.of(Long.parseLong(noted.group(1))) : Optional.empty();
            if (living.isEmpty()) {
                continue;
            }
            if (noted.group(2) != null && identity(living.get()).equals(noted.group())) {
                end(living.get());
            } else if (isTold(living.get(), path)) {
                System.out.println("left " + path + ": process " + noted.group(1)
                        + " may be a server that runs there; a benchmark after its end removes the directory");
                ended = false;
            }
        }
        return ended;
    }

    private static List<Path> notes(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path, SERVER_DEPTH_MAX)) {
            return all.filter(each -> each.endsWith(SERVER)).toList();
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /** Whether it lives with the directory in its command line, of which {@link ProcessHandle} tells but the beginning. */
    private static boolean isTold(ProcessHandle process, Path path) {
        try {
            byte[] words = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            return new String(words, StandardCharsets.ISO_8859_1)
                    .contains(path.getFileName().toString());
        } catch (IOException untold) {
            return process.isAlive();
        }
    }

    /** Asks a server to end, and makes it if it has not within a while. */
    static void end(Process server) {
        server.destroy();
        try {
            if (!server.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void end(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit()
                .completeOnTimeout(process, END_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
    }

    static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                // What ends at the same time deletes its own.
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private void endAll() {
        ending = true;
        endChildren();
        try {
            remove();
        } catch (IOException left) {
            System.out.println("left " + path + ", which the next benchmark removes: " + left);
        } finally {
            // One may have been started just before, and not have got as far as its note.
            endChildren();
        }
    }

    private static void endChildren() {
        ProcessHandle.current().children().forEach(Workplace::end);
    }

    private synchronized void remove() throws IOException {
        if (lock.isOpen()) {
            deleteTree(path);
            lock.close();
        }
    }

    /** Removes it. The servers should have ended. */
    @Override
    public void close() throws IOException {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(whenToldToEnd);
        } catch (IllegalStateException toldToEnd) {
            // It finds nothing left to do.
            return;
        }
    }
}
