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
import java.util.concurrent.TimeUnit;
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

    private static final int END_SECONDS_MAX = 10;

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

    /** Notes which process writes the log. */
    static void note(Path log, Process server) throws IOException {
        Files.writeString(log.resolveSibling(SERVER), identity(server.toHandle()));
    }

    /** With its start, for a number alone may be that of another process by the time. */
    private static String identity(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(String::valueOf).orElse("");
    }

    private static void removeAbandoned(Path directory) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, NAME + "*")) {
            for (Path each : all) {
                Path lock = each.resolve(LOCK);
                if (Files.isWritable(lock) && Files.size(lock) > 0) {
                    removeUnlessLocked(each);
                }
            }
        } catch (NoSuchFileException goneMeanwhile) {
            // Another benchmark has begun, too, and sees to it.
            return;
        }
    }

    private static void removeUnlessLocked(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            if (lock != null) {
                endNoted(path);
                deleteTree(path);
            }
        }
    }

    private static void endNoted(Path path) throws IOException {
        List<Path> notes;
        try (Stream<Path> all = Files.walk(path)) {
            notes = all.filter(each -> each.endsWith(SERVER)).toList();
        }
        for (Path each : notes) {
            String noted = Files.readString(each);
            ProcessHandle.of(Long.parseLong(noted.split(" ", 2)[0]))
                    .filter(process -> identity(process).equals(noted))
                    .ifPresent(Workplace::end);
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
                Files.delete(path);
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private void endAll() {
        ProcessHandle.current().children().forEach(Workplace::end);
        try {
            remove();
        } catch (IOException left) {
            throw new UncheckedIOException("cannot delete " + path, left);
        }
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
