package baton.server.sim;

import baton.server.storage.BlockFile;
import baton.server.storage.Disk;
import baton.server.storage.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    /** Something was done to a file: bytes written at a place, or, without bytes, cut to that size. */
    private record Change(int at, byte @Nullable [] bytes) {
        int end() {
            return bytes == null ? at : at + bytes.length;
        }
    }

    /** Something was done to a name: it is gone, or leads to a file now; a new name has no old one. */
    private record Naming(@Nullable Path from, @Nullable Path to, Content content) {
        boolean concerns(Path directory) {
            return from != null && directory.equals(from.getParent()) || to != null && directory.equals(to.getParent());
        }

        boolean sharesNameWith(Naming other) {
            return from != null && other.names(from) || to != null && other.names(to);
        }

        private boolean names(Path file) {
            return file.equals(from) || file.equals(to);
        }

        void in(Map<Path, Content> names) {
            if (from != null) {
                names.remove(from);
            }
            if (to != null) {
                names.put(to, content);
            }
        }
    }

    private static final class Content {
        byte[] seen = new byte[0];
        byte[] durable = new byte[0];

        /** What was durable before the last sync. */
        byte[] before = new byte[0];

        final List<Change> pending = new ArrayList<>();
    }

    private static final String NO_SPACE = "No space left on device";

    /** One in so many files refuses blocks when they are opened, and as many when they are written first. */
    private static final int BLOCKS_REFUSED = 16;

    /** One in so many writes of blocks stops short. */
    private static final int BLOCKS_IN_PART = 16;

    private final RandomGenerator random;
    private final Kernel kernel;
    private final int sectorBytes;
    private final TreeMap<Path, Content> names = new TreeMap<>();
    private final TreeMap<Path, Content> durableNames = new TreeMap<>();
    private final List<Naming> pendingNames = new ArrayList<>();
    private final Set<Path> directories = new HashSet<>();
    private final Set<OpenFile> openFiles = new LinkedHashSet<>();
    private final Set<OpenBlocks> openBlocks = new LinkedHashSet<>();
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
        return names.values().stream().mapToLong(each -> each.seen.length).sum();
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
        int survivors = switch (kernel) {
            case JOURNALLING -> random.nextInt(pendingNames.size() + 1);
            case STRICT -> 0;
        };
        for (int i = 0; i < pendingNames.size(); i++) {
            if (i < survivors || kernel == Kernel.STRICT && random.nextBoolean()) {
                pendingNames.get(i).in(durableNames);
            }
        }
        pendingNames.clear();
        names.clear();
        names.putAll(durableNames);
        names.values().forEach(this::losePending);
    }

    /** Makes a disk that holds what would be left if the power were cut now; all whims of it follow from the source. */
    public synchronized SimulatedDisk afterPowerCut(RandomGenerator whims) {
        SimulatedDisk left = new SimulatedDisk(whims, kernel, sectorBytes);
        Map<Content, Content> copies = new IdentityHashMap<>();
        durableNames.forEach((name, content) -> left.durableNames.put(name, copy(content, copies)));
        pendingNames.forEach(each -> left.pendingNames.add(new Naming(each.from, each.to, copy(each.content, copies))));
        left.directories.addAll(directories);
        left.recycled = recycled;
        left.calls = calls;
        left.cutPower();
        return left;
    }

    // Arrays are shared: nobody changes one in its place but for those who let a file decay.
    private static Content copy(Content content, Map<Content, Content> copies) {
        return copies.computeIfAbsent(content, original -> {
            Content copy = new Content();
            copy.seen = original.seen;
            copy.durable = original.durable;
            copy.pending.addAll(original.pending);
            return copy;
        });
    }

    /** Forgets what is seen but will never be durable, as when memory is needed for something else. */
    public synchronized void evict() {
        names.values().stream()
                .filter(each -> each.pending.isEmpty())
                .forEach(each -> each.seen = each.durable.clone());
    }

    /** Flips one bit of a file: for good, unless the disk has not got that far and only memory holds it. */
    public synchronized void rot(Path file, int at, int bit) {
        Content content = names.get(file);
        content.seen[at] ^= (byte) (1 << bit);
        if (at < content.durable.length) {
            content.durable[at] ^= (byte) (1 << bit);
        }
    }

    /** Returns what a file holds. */
    public synchronized byte[] contentOf(Path file) {
        return names.get(file).seen.clone();
    }

    /** Returns what of a file was durable before the last sync. */
    public synchronized byte[] contentBefore(Path file) {
        return names.get(file).before.clone();
    }

    /** Puts other bytes in the place of a file's, for good. */
    public synchronized void replace(Path file, byte[] bytes) {
        Content content = names.get(file);
        content.seen = bytes.clone();
        content.durable = bytes.clone();
        content.pending.clear();
    }

    /** Says whether all of a file, and its name, would be there after a power cut. */
    public synchronized boolean isDurable(Path file) {
        Content content = names.get(file);
        return content.pending.isEmpty()
                && durableNames.get(file) == content
                && Arrays.equals(content.seen, content.durable);
    }

    /** Loses a file, for good. */
    public synchronized void lose(Path file) {
        names.remove(file);
        durableNames.remove(file);
        pendingNames.removeIf(each -> file.equals(each.to));
    }

    /** Puts a file there, for good, in the place of another if there is one. */
    public synchronized void put(Path file, byte[] bytes) {
        lose(file);
        Content content = new Content();
        content.seen = bytes.clone();
        content.durable = bytes.clone();
        names.put(file, content);
        durableNames.put(file, content);
    }

    /** Returns the names of all files below the directory. */
    public synchronized List<Path> files(Path directory) {
        return names.keySet().stream()
                .filter(each -> each.startsWith(directory))
                .toList();
    }

    public synchronized int sizeOf(Path file) {
        return names.get(file).seen.length;
    }

    /** Writes all files below the directory to the real disk, at the same place below the target. */
    public synchronized void export(Path directory, Path target) throws IOException {
        for (Path each : files(directory)) {
            Path to = target.resolve(directory.relativize(each).toString());
            Files.createDirectories(to.getParent());
            Files.write(to, names.get(each).seen);
        }
    }

    private void losePending(Content content) {
        byte[] left = content.durable;
        int keepInFour = random.nextInt(5);
        List<Integer> sizes = new ArrayList<>(List.of(left.length));
        int size = left.length;
        for (int i = 0; i < content.pending.size(); i++) {
            Change each = content.pending.get(i);
            size = each.bytes == null ? each.at : Math.max(size, each.end());
            sizes.add(size);
            boolean last = i == content.pending.size() - 1;
            left = each.bytes == null
                    ? random.nextBoolean() ? Arrays.copyOf(left, each.at) : left
                    : surviving(left, each, keepInFour, last);
        }
        content.durable = sized(left, sizes.get(random.nextInt(sizes.size())));
        content.seen = content.durable.clone();
        content.pending.clear();
    }

    private byte[] surviving(byte[] before, Change write, int keepInFour, boolean isLast) {
        byte[] bytes = write.bytes;
        byte[] after = before;
        int tornAt = isLast ? random.nextInt(bytes.length + 1) : bytes.length;
        for (int from = 0; from < tornAt; ) {
            int sectorEnd = (write.at + from) / sectorBytes * sectorBytes + sectorBytes - write.at;
            int end = Math.min(tornAt, sectorEnd);
            if (random.nextInt(4) < keepInFour) {
                after = sized(after, Math.max(after.length, write.at + end));
                System.arraycopy(bytes, from, after, write.at + from, end - from);
            }
            from = end;
        }
        return after;
    }

    /** Where nothing was written there are zeros, or, every other time, what was in a file that is gone. */
    private byte[] sized(byte[] bytes, int size) {
        byte[] sized = Arrays.copyOf(bytes, size);
        int end = Math.min(size, recycled.length);
        if (calls % 2 == 0 && bytes.length < end) {
            System.arraycopy(recycled, bytes.length, sized, bytes.length, end - bytes.length);
        }
        return sized;
    }

    // What it is used for.

    @Override
    public synchronized DiskFile open(Path file, Mode mode) throws IOException {
        if (mode != Mode.CREATE) {
            requireAlive();
            OpenFile opened = opened(new OpenFile(file, find(file), life));
            return mode == Mode.BLOCKS ? new BlockFile(opened, opened::blocks, sectorBytes) : opened;
        }
        call();
        if (names.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Content content = new Content();
        name(new Naming(null, file, content));
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
        return openBlocks.stream()
                .map(each -> each.file)
                .filter(each -> !openFiles.contains(each))
                .map(OpenFile::name)
                .toList();
    }

    @Override
    public synchronized boolean exists(Path file) {
        return names.containsKey(file) || directories.contains(file);
    }

    @Override
    public synchronized boolean isFile(Path file) {
        return names.containsKey(file);
    }

    @Override
    public synchronized List<Path> list(Path directory) {
        requireAlive();
        return names.keySet().stream()
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
        name(new Naming(from, to, find(from)));
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        call();
        Content content = find(file);
        recycled = content.seen;
        name(new Naming(file, null, content));
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        call();
        failIfAsked();
        Deque<Naming> synced = new ArrayDeque<>();
        for (int i = pendingNames.size() - 1; i >= 0; i--) {
            Naming each = pendingNames.get(i);
            if (each.concerns(directory) || synced.stream().anyMatch(each::sharesNameWith)) {
                synced.addFirst(pendingNames.remove(i));
            }
        }
        synced.forEach(each -> each.in(durableNames));
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

    private void name(Naming naming) {
        naming.in(names);
        pendingNames.add(naming);
    }

    private Content find(Path file) throws NoSuchFileException {
        Content content = names.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return content;
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
        private final Content content;
        private final int openedIn;

        OpenFile(Path openedAs, Content content, int openedIn) {
            this.openedAs = openedAs;
            this.content = content;
            this.openedIn = openedIn;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            synchronized (SimulatedDisk.this) {
                requireAlive();
                int left = content.seen.length - (int) position;
                if (left <= 0) {
                    return -1;
                }
                int count = Math.min(left, into.remaining());
                into.put(content.seen, (int) position, count);
                return count;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                callOnFile();
                int at = (int) position;
                long room = Math.max(content.seen.length, content.seen.length + usableBytes(Path.of(""))) - at;
                byte[] bytes = new byte[(int) Math.min(from.remaining(), Math.max(0, room))];
                boolean fits = bytes.length == from.remaining();
                from.get(bytes);
                if (bytes.length > 0) {
                    content.seen = Arrays.copyOf(content.seen, Math.max(content.seen.length, at + bytes.length));
                    System.arraycopy(bytes, 0, content.seen, at, bytes.length);
                    content.pending.add(new Change(at, bytes));
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
                if (sizeBytes < content.seen.length) {
                    content.seen = Arrays.copyOf(content.seen, (int) sizeBytes);
                    content.pending.add(new Change((int) sizeBytes, null));
                }
            }
        }

        @Override
        public long size() {
            synchronized (SimulatedDisk.this) {
                requireAlive();
                return content.seen.length;
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
                        content.pending.clear();
                    }
                    throw e;
                }
                content.before = content.durable;
                for (Change each : content.pending) {
                    content.durable = Arrays.copyOf(
                            content.durable,
                            each.bytes == null ? each.at : Math.max(content.durable.length, each.end()));
                    if (each.bytes != null) {
                        System.arraycopy(each.bytes, 0, content.durable, each.at, each.bytes.length);
                    }
                }
                content.pending.clear();
                if (kernel == Kernel.JOURNALLING) {
                    journalNamesOf(content);
                }
            }
        }

        BlockFile.Blocks blocks() throws IOException {
            synchronized (SimulatedDisk.this) {
                refuseBlocksAtTimes();
                OpenBlocks opened = new OpenBlocks(this);
                openBlocks.add(opened);
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
            return names.entrySet().stream()
                    .filter(each -> each.getValue() == content)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(openedAs);
        }
    }

    /** Some are refused only when they are written first; and at times a part is written, which may end in a sector. */
    private final class OpenBlocks implements BlockFile.Blocks {
        private final OpenFile file;
        private boolean proven;

        OpenBlocks(OpenFile file) {
            this.file = file;
        }

        @Override
        public ByteBuffer piece() {
            return ByteBuffer.allocate(BlockFile.PIECE_BYTES);
        }

        @Override
        public int write(ByteBuffer whole, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                int bytes = whole.remaining();
                if (position % sectorBytes != 0 || bytes % sectorBytes != 0) {
                    throw new IllegalArgumentException(
                            "position=" + position + " bytes=" + bytes + ": must be multiples of " + sectorBytes);
                }
                if (!proven) {
                    refuseBlocksAtTimes();
                    proven = true;
                }
                int written = random.nextInt(BLOCKS_IN_PART) == 0 ? random.nextInt(bytes) : bytes;
                file.write(whole.slice(whole.position(), written), position);
                whole.position(whole.position() + written);
                return written;
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                openBlocks.remove(this);
            }
        }
    }

    private void refuseBlocksAtTimes() throws IOException {
        if (random.nextInt(BLOCKS_REFUSED) == 0) {
            throw new IOException("Invalid argument");
        }
    }

    private void journalNamesOf(Content content) {
        int last = -1;
        for (int i = 0; i < pendingNames.size(); i++) {
            last = pendingNames.get(i).content == content ? i : last;
        }
        List<Naming> journalled = pendingNames.subList(0, last + 1);
        journalled.forEach(each -> each.in(durableNames));
        journalled.clear();
    }
}
