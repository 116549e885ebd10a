package baton.server.sim.world;

import baton.server.sim.SimulatedDisk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of whole files that nobody wrote to, and no error said so: rule DSK-5. */
final class FileLoss {
    private enum Kind {
        TRUNCATED,
        /** A sector is what it was before it was written last. */
        WRITE_LOST,
        DELETED,
        /** Two have each other's content. */
        SWAPPED,
        /** All snapshots are zero. */
        SNAPSHOTS_ZEROED
    }

    private final SimulatedDisk disk;
    private final Kind kind;
    private final Map<Path, byte[]> sound = new TreeMap<>();
    private final Map<Path, byte[]> left = new TreeMap<>();

    private FileLoss(SimulatedDisk disk, Kind kind) {
        this.disk = disk;
        this.kind = kind;
    }

    /** Lets something become of some of the files; it may be nothing. */
    static FileLoss strike(SimulatedDisk disk, List<Path> files, int sectorBytes, Chance chance) {
        FileLoss loss = new FileLoss(disk, Kind.values()[chance.below(Kind.values().length)]);
        if (!files.isEmpty()) {
            loss.strike(files, files.get(chance.below(files.size())), sectorBytes, chance);
        }
        return loss;
    }

    private void strike(List<Path> files, Path file, int sectorBytes, Chance chance) {
        switch (kind) {
            case TRUNCATED -> {
                byte[] whole = disk.contentOf(file);
                lose(file, Arrays.copyOf(whole, chance.below(whole.length + 1)));
            }
            case WRITE_LOST -> {
                byte[] whole = disk.contentOf(file);
                int begin = chance.below(whole.length / sectorBytes + 1) * sectorBytes;
                int end = Math.min(whole.length, begin + sectorBytes);
                byte[] before = Arrays.copyOf(disk.contentBefore(file), whole.length);
                System.arraycopy(before, begin, whole, begin, end - begin);
                lose(file, whole);
            }
            case DELETED -> {
                sound.put(file, disk.contentOf(file));
                disk.lose(file);
            }
            case SWAPPED -> {
                Path other = files.get(chance.below(files.size()));
                byte[] content = disk.contentOf(file);
                lose(file, disk.contentOf(other));
                lose(other, content);
            }
            case SNAPSHOTS_ZEROED ->
                files.stream()
                        .filter(each -> each.getFileName().toString().startsWith("snapshot."))
                        .forEach(each -> lose(each, new byte[disk.sizeOf(each)]));
        }
    }

    private void lose(Path file, byte[] remains) {
        byte[] whole = disk.contentOf(file);
        if (!Arrays.equals(whole, remains)) {
            sound.put(file, whole);
            left.put(file, remains);
            disk.put(file, remains);
        }
    }

    /** Returns the files of which something was lost. */
    List<Path> files() {
        return List.copyOf(sound.keySet());
    }

    /** Says whether all snapshots are gone. */
    boolean isOfAllSnapshots() {
        return kind == Kind.SNAPSHOTS_ZEROED && !sound.isEmpty();
    }

    /** Says whether a file is left that is not what it was. */
    boolean isThere() {
        return left.entrySet().stream()
                .anyMatch(each ->
                        disk.exists(each.getKey()) && Arrays.equals(disk.contentOf(each.getKey()), each.getValue()));
    }

    /** Puts everything back. */
    void mend() {
        sound.forEach(disk::put);
    }

    @Override
    public String toString() {
        return kind + " " + sound.keySet();
    }
}
