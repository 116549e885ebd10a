package baton.server.sim;

import baton.server.sim.SimulatedDisk.Kernel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The names of the files of a {@link SimulatedDisk}: those that are seen and those that are durable, and between them what was
 * done to names and is pending until a directory is synced. What the files hold is the matter of {@link FileContent}.
 */
final class FileNames {
    /** Something was done to a name: it is gone, or leads to a file now; a new name has no old one. */
    private record Naming(@Nullable Path from, @Nullable Path to, FileContent content) {
        boolean concerns(Path directory) {
            return from != null && directory.equals(from.getParent()) || to != null && directory.equals(to.getParent());
        }

        boolean sharesNameWith(Naming other) {
            return from != null && other.names(from) || to != null && other.names(to);
        }

        private boolean names(Path file) {
            return file.equals(from) || file.equals(to);
        }

        void in(Map<Path, FileContent> names) {
            if (from != null) {
                names.remove(from);
            }
            if (to != null) {
                names.put(to, content);
            }
        }
    }

    private final TreeMap<Path, FileContent> seen = new TreeMap<>();
    private final TreeMap<Path, FileContent> durable = new TreeMap<>();
    private final List<Naming> pending = new ArrayList<>();

    /** Returns the same names, for contents of their own, as far as they may outlive a power cut. */
    FileNames copy() {
        FileNames copy = new FileNames();
        Map<FileContent, FileContent> copies = new IdentityHashMap<>();
        durable.forEach((name, content) -> copy.durable.put(name, copies.computeIfAbsent(content, FileContent::copy)));
        pending.forEach(each -> copy.pending.add(
                new Naming(each.from, each.to, copies.computeIfAbsent(each.content, FileContent::copy))));
        return copy;
    }

    // What they lead to.

    boolean has(Path file) {
        return seen.containsKey(file);
    }

    FileContent find(Path file) throws NoSuchFileException {
        FileContent content = seen.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return content;
    }

    /** Returns the content of a file that is there. */
    FileContent get(Path file) {
        return seen.get(file);
    }

    Set<Path> all() {
        return seen.keySet();
    }

    /** Returns what all names lead to, in their order. */
    Collection<FileContent> contents() {
        return seen.values();
    }

    /** Returns the first name of the content, or the other if it has none. */
    Path of(FileContent content, Path otherwise) {
        return seen.entrySet().stream()
                .filter(each -> each.getValue() == content)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(otherwise);
    }

    boolean isDurable(Path file) {
        return durable.get(file) == seen.get(file);
    }

    // What is done to them.

    void create(Path file, FileContent content) {
        name(new Naming(null, file, content));
    }

    void rename(Path from, Path to) throws NoSuchFileException {
        name(new Naming(from, to, find(from)));
    }

    void delete(Path file) throws NoSuchFileException {
        name(new Naming(file, null, find(file)));
    }

    private void name(Naming naming) {
        naming.in(seen);
        pending.add(naming);
    }

    /** Makes durable what was done in the directory, and what was done before to the same names in others. */
    void sync(Path directory) {
        Deque<Naming> synced = new ArrayDeque<>();
        for (int i = pending.size() - 1; i >= 0; i--) {
            Naming each = pending.get(i);
            if (each.concerns(directory) || synced.stream().anyMatch(each::sharesNameWith)) {
                synced.addFirst(pending.remove(i));
            }
        }
        synced.forEach(each -> each.in(durable));
    }

    /** Makes durable what was done up to the last name of the content. */
    void journal(FileContent content) {
        int last = -1;
        for (int i = 0; i < pending.size(); i++) {
            last = pending.get(i).content == content ? i : last;
        }
        List<Naming> journalled = pending.subList(0, last + 1);
        journalled.forEach(each -> each.in(durable));
        journalled.clear();
    }

    void cutPower(Kernel kernel, RandomGenerator random) {
        int survivors = switch (kernel) {
            case JOURNALLING -> random.nextInt(pending.size() + 1);
            case STRICT -> 0;
        };
        for (int i = 0; i < pending.size(); i++) {
            if (i < survivors || kernel == Kernel.STRICT && random.nextBoolean()) {
                pending.get(i).in(durable);
            }
        }
        pending.clear();
        seen.clear();
        seen.putAll(durable);
    }

    /** Loses a name, for good. */
    void lose(Path file) {
        seen.remove(file);
        durable.remove(file);
        pending.removeIf(each -> file.equals(each.to));
    }

    /** Puts a name there, for good. */
    void put(Path file, FileContent content) {
        lose(file);
        seen.put(file, content);
        durable.put(file, content);
    }
}
