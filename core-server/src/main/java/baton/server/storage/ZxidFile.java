package baton.server.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A file whose name ends in a zxid in hexadecimal: {@code log.1f}, {@code snapshot.1f}, {@code snapshot.1f.gz}.
 *
 * <p>Names that do not parse, and everything unfinished ({@code .tmp}), are not such files and are passed over.
 */
record ZxidFile(Path path, long zxid) implements Comparable<ZxidFile> {
    static final String LOG = "log";
    static final String SNAPSHOT = "snapshot";

    /** Lists the logs of the directory, oldest first. */
    static List<ZxidFile> logs(Disk disk, Path directory) throws IOException {
        return list(disk, directory, LOG);
    }

    /** Lists the snapshots of the directory, oldest first. */
    static List<ZxidFile> snapshots(Disk disk, Path directory) throws IOException {
        return list(disk, directory, SNAPSHOT);
    }

    static String name(String prefix, long zxid) {
        return prefix + "." + Long.toHexString(zxid);
    }

    /** Returns the zxid in the name, or nothing if this is no file of the kind. */
    static OptionalLong zxidOf(String name, String prefix) {
        String[] parts = name.split("\\.", -1);
        boolean whole = parts.length == 2
                || parts.length == 3
                        && prefix.equals(SNAPSHOT)
                        && SnapshotForm.isExtension(parts[2].toLowerCase(Locale.ROOT));
        if (!whole || !parts[0].equals(prefix)) {
            return OptionalLong.empty();
        }
        try {
            long zxid = Long.parseLong(parts[1], 16);
            return zxid < 0 ? OptionalLong.empty() : OptionalLong.of(zxid);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Tells in which form a snapshot is written. */
    SnapshotForm form() {
        return SnapshotForm.ofName(path.getFileName().toString());
    }

    /** Lists the files of the directory whose names begin so, oldest first. */
    static List<ZxidFile> list(Disk disk, Path directory, String prefix) throws IOException {
        List<ZxidFile> files = new ArrayList<>();
        for (Path each : disk.list(directory)) {
            OptionalLong zxid = zxidOf(each.getFileName().toString(), prefix);
            if (zxid.isPresent()) {
                files.add(new ZxidFile(each, zxid.getAsLong()));
            }
        }
        Collections.sort(files);
        return files;
    }

    @Override
    public int compareTo(ZxidFile other) {
        return zxid == other.zxid ? path.compareTo(other.path) : Long.compare(zxid, other.zxid);
    }
}
