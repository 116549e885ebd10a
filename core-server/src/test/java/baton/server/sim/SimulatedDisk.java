package baton.server.sim;

import baton.server.storage.BlockFile;
import baton.server.storage.Disk;
import baton.server.storage.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that does to its user everything a disk may do.
 *
 * <p>Each file has the bytes that a reader sees and those that are durable, and between them the writes that are pending,
 * in order. A power cut keeps any part of these, sector by sector, the last one torn at any byte, under any of the sizes
 * the file had meanwhile; where nothing was written there may be what was in a deleted file. Names are pending too until
 * their directory is synced: on the {@link Kernel#STRICT strict} kernel any subset of them survives. What a sync makes durable brings along what was done before to the same names, in
 * other directories too: a file that was moved on is not found again where it came from. A failed sync forgets pending
 * writes half of the time, so that a second one succeeds without having written anything, while readers go on seeing them.
 * Blocks it refuses for one file and takes for another, and it may write a part of them.
 */
public final class SimulatedDisk implements Disk {
    /** What becomes of names that were not synced. */
    public enum Kernel {
        /** A power cut keeps a first part of them, and a sync of a file also those made before it. */
        JOURNALLING,
        /** A power cut keeps any subset. */
        STRICT
    }

    /** The process died in the middle of a call. Until the disk is used by a new one every call ends so. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("the process has died");
        }
    }

    private static final String NO_SPACE = "No space left on device";

    private final RandomGenerator random;
    private final Kernel kernel;
    private final int sectorBytes;
    private final FileNames names;
    private final Set<Path> directories = new HashSet<>();
    private final Set<OpenFile> openFiles = new LinkedHashSet<>();
    private final Map<SimulatedBlocks, OpenFile> openBlocks = new LinkedHashMap<>();
    private final Set<Path> locks = new HashSet<>();
    private long capacityBytes = Long.MAX_VALUE;
    private long callsUntilCrash = Long.MAX_VALUE;
    private int failingSyncs;
    private String failureOfSyncs = "";
    private int writesWithoutSpace;

    /** What was in the last file that was deleted, and may turn up in another. */
    private byte[] recycled = new byte[0];

    private boolean dead;
    private int life;
    private long calls;

    /** Makes an empty disk whose every whim follows from the source. */
    public SimulatedDisk(RandomGenerator random, Kernel kernel, int sectorBytes) {
        this(random, kernel, sectorBytes, new FileNames());
    }

    private SimulatedDisk(RandomGenerator random, Kernel kernel, int sectorBytes, FileNames names) {
        this.names = names;
        this.random = random;
        this.kernel = kernel;
        this.sectorBytes = sectorBytes;
    }

    // What tests do to it.

    /** Lets the process die after so many more calls that change something. */
    public synchronized void crashAfter(long callCount) {
        callsUntilCrash = callCount;
    }

    /** Lets the next syncs fail. */
    public synchronized void failSyncs(int count) {
        failSyncs(count, "Input/output error");
    }

    /** Lets the next syncs fail for want of space, which was promised to what was written. */
    public synchronized void failSyncsForSpace(int count) {
        failSyncs(count, NO_SPACE);
    }

    private void failSyncs(int count, String failure) {
        failingSyncs = count;
        failureOfSyncs = failure;
    }

    /** Sets how much fits; what is there already stays. */
    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /** Returns how many bytes the files have. */
    public synchronized long usedBytes() {
        return names.contents().stream().mapToLong(FileContent::size).sum();
    }

    /** Returns how many writes, and syncs of what was written, have found too little space. */
    public synchronized int writesWithoutSpace() {
        return writesWithoutSpace;
    }

    /** Returns how many calls have changed something. */
    public synchronized long calls() {
        return calls;
    }

    /** Ends the process: open files and locks are gone, but everything written is still seen. */
    public synchronized void kill() {
        life++;
        dead = false;
        callsUntilCrash = Long.MAX_VALUE;
        locks.clear();
        openFiles.clear();
        openBlocks.clear();
    }

    /** Ends the process and cuts the power. */
    public synchronized void cutPower() {
        kill();
        failingSyncs = 0;
        names.cutPower(kernel, random);
        // Where nothing was written there are zeros, or, every other time, what was in a file that is gone.
        PowerCut cut = new PowerCut(random, sectorBytes, calls % 2 == 0 ? recycled : new byte[0]);
        names.contents().forEach(each -> each.lose(cut));
    }

    /** Makes a disk that holds what would be left if the power were cut now; all whims of it follow from the source. */
    public synchronized SimulatedDisk afterPowerCut(RandomGenerator whims) {
        SimulatedDisk left = new SimulatedDisk(whims, kernel, sectorBytes, names.copy());
        left.directories.addAll(directories);
        left.recycled = recycled;
        left.calls = calls;
        left.cutPower();
        return left;
    }

    /** Forgets what is seen but will never be durable, as when memory is needed for something else. */
    public synchronized void evict() {
        names.contents().forEach(FileContent::evict);
    }

    /** Flips one bit of a file: for good, unless the disk has not got that far and only memory holds it. */
    public synchronized void rot(Path file, int at, int bit) {
        names.get(file).rot(at, bit);
    }

    /** Returns what a file holds. */
    public synchronized byte[] contentOf(Path file) {
        return names.get(file).seen().clone();
    }

    /** Returns what of a file was durable before the last sync. */
    public synchronized byte[] contentBefore(Path file) {
        return names.get(file).before().clone();
    }

    /** Puts other bytes in the place of a file's, for good. */
    public synchronized void replace(Path file, byte[] bytes) {
        names.get(file).replace(bytes);
    }

    /** Says whether all of a file, and its name, would be there after a power cut. */
    public synchronized boolean isDurable(Path file) {
        return names.isDurable(file) && names.get(file).isDurable();
    }

    /** Loses a file, for good. */
    public synchronized void lose(Path file) {
        names.lose(file);
    }

    /** Puts a file there, for good, in the place of another if there is one. */
    public synchronized void put(Path file, byte[] bytes) {
        names.put(file, FileContent.durable(bytes));
    }

    /** Returns the names of all files below the directory. */
    public synchronized List<Path> files(Path directory) {
        return names.all().stream().filter(each -> each.startsWith(directory)).toList();
    }

    public synchronized int sizeOf(Path file) {
        return names.get(file).size();
    }

    /** Writes all files below the directory to the real disk, at the same place below the target. */
    public synchronized void export(Path directory, Path target) throws IOException {
        for (Path each : files(directory)) {
            Path to = target.resolve(directory.relativize(each).toString());
            Files.createDirectories(to.getParent());
            Files.write(to, names.get(each).seen());
        }
    }

    // What it is used for.

    @Override
    public synchronized DiskFile open(Path file, Mode mode) throws IOException {
        if (mode != Mode.CREATE) {
            requireAlive();
            OpenFile opened = opened(new OpenFile(file, names.find(file), life));
            return mode == Mode.BLOCKS ? new BlockFile(opened, opened::blocks, sectorBytes) : opened;
        }
        call();
        if (names.has(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        FileContent content = FileContent.empty();
        names.create(file, content);
        return opened(new OpenFile(file, content, life));
    }

    private OpenFile opened(OpenFile file) {
        openFiles.add(file);
        return file;
    }

    /** Returns what files are open, by the names they have now; those that have none any more by the last. */
    public synchronized List<Path> openFiles() {
        return openFiles.stream().map(OpenFile::name).toList();
    }

    /** Returns the files that are closed, but for the blocks they were opened in besides. */
    public synchronized List<Path> filesLeftInBlocks() {
        return openBlocks.values().stream()
                .filter(each -> !openFiles.contains(each))
                .map(OpenFile::name)
                .toList();
    }

    synchronized void closed(SimulatedBlocks blocks) {
        openBlocks.remove(blocks);
    }

    @Override
    public synchronized boolean exists(Path file) {
        return names.has(file) || directories.contains(file);
    }

    @Override
    public synchronized boolean isFile(Path file) {
        return names.has(file);
    }

    @Override
    public synchronized List<Path> list(Path directory) {
        requireAlive();
        return names.all().stream()
                .filter(each -> directory.equals(each.getParent()))
                .toList();
    }

    @Override
    public synchronized void createDirectories(Path directory) {
        requireAlive();
        directories.add(directory);
    }

    @Override
    public boolean isWritable(Path directory) {
        return true;
    }

    @Override
    public boolean isSame(Path one, Path other) {
        return one.equals(other);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        call();
        names.rename(from, to);
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        call();
        recycled = names.find(file).seen();
        names.delete(file);
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        call();
        failIfAsked();
        names.sync(directory);
    }

    @Override
    public synchronized long usableBytes(Path directory) {
        return Math.max(0, capacityBytes - usedBytes());
    }

    @Override
    public synchronized long capacityBytes(Path directory) {
        return capacityBytes;
    }

    @Override
    public boolean isOneVolume(Path one, Path other) {
        return true;
    }

    /** Knows no time. */
    @Override
    public long modifiedMillis(Path file) {
        return 0;
    }

    @Override
    public synchronized Closeable lock(Path directory) {
        requireAlive();
        if (!locks.add(directory)) {
            throw new IllegalStateException(directory + " is locked");
        }
        int of = life;
        return () -> unlock(directory, of);
    }

    private synchronized void unlock(Path directory, int of) {
        if (of == life) {
            locks.remove(directory);
        }
    }

    private void requireAlive() {
        if (dead) {
            throw new Crash();
        }
    }

    private void call() {
        requireAlive();
        calls++;
        if (--callsUntilCrash < 0) {
            dead = true;
            throw new Crash();
        }
    }

    private void failIfAsked() throws IOException {
        if (failingSyncs > 0) {
            failingSyncs--;
            writesWithoutSpace += failureOfSyncs.equals(NO_SPACE) ? 1 : 0;
            throw new IOException(failureOfSyncs);
        }
    }

    private final class OpenFile implements DiskFile {
        private final Path openedAs;
        private final FileContent content;
        private final int openedIn;

        OpenFile(Path openedAs, FileContent content, int openedIn) {
            this.openedAs = openedAs;
            this.content = content;
            this.openedIn = openedIn;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            synchronized (SimulatedDisk.this) {
                requireAlive();
                return content.read(into, (int) position);
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                callOnFile();
                int at = (int) position;
                long room = Math.max(content.size(), content.size() + usableBytes(Path.of(""))) - at;
                byte[] bytes = new byte[(int) Math.min(from.remaining(), Math.max(0, room))];
                boolean fits = bytes.length == from.remaining();
                from.get(bytes);
                if (bytes.length > 0) {
                    content.write(bytes, at);
                }
                if (!fits) {
                    writesWithoutSpace++;
                    throw new IOException(NO_SPACE);
                }
            }
        }

        @Override
        public void truncate(long sizeBytes) {
            synchronized (SimulatedDisk.this) {
                callOnFile();
                content.truncate((int) sizeBytes);
            }
        }

        @Override
        public long size() {
            synchronized (SimulatedDisk.this) {
                requireAlive();
                return content.size();
            }
        }

        @Override
        public void syncData() throws IOException {
            sync();
        }

        @Override
        public void sync() throws IOException {
            synchronized (SimulatedDisk.this) {
                callOnFile();
                try {
                    failIfAsked();
                } catch (IOException e) {
                    if (random.nextBoolean()) {
                        content.forgetPending();
                    }
                    throw e;
                }
                content.sync();
                if (kernel == Kernel.JOURNALLING) {
                    names.journal(content);
                }
            }
        }

        BlockFile.Blocks blocks() throws IOException {
            synchronized (SimulatedDisk.this) {
                SimulatedBlocks opened = new SimulatedBlocks(SimulatedDisk.this, this, random, sectorBytes);
                openBlocks.put(opened, this);
                return opened;
            }
        }

        private void callOnFile() {
            if (openedIn != life) {
                throw new Crash();
            }
            call();
        }

        /** Whatever is pending stays pending. */
        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                openFiles.remove(this);
            }
        }

        private Path name() {
            return names.of(content, openedAs);
        }
    }
}
