package baton.server.sim.files;

import static baton.server.sim.files.Unreadable.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of a server, read as anybody might who knows nothing but how they are written. */
public final class PlainDirectory {
    private static final Pattern NAME = Pattern.compile("(log|snapshot)\\.([0-9a-f]+)");

    private final TreeMap<Long, byte[]> snapshots = new TreeMap<>();
    private final TreeMap<Long, byte[]> logs = new TreeMap<>();

    /** @param files by their names; those of other names are none of our business */
    public PlainDirectory(Map<String, byte[]> files) {
        files.forEach((name, bytes) -> {
            Matcher parts = NAME.matcher(name);
            if (parts.matches()) {
                long zxid = Long.parseLong(parts.group(2), 16);
                (parts.group(1).equals("log") ? logs : snapshots).put(zxid, bytes);
            }
        });
    }

    /** Returns what the newest snapshot that is whole leads to, with all of the log behind it. */
    public PlainTree read() throws Unreadable {
        List<String> reasons = new ArrayList<>();
        for (Map.Entry<Long, byte[]> each : snapshots.descendingMap().entrySet()) {
            try {
                return replayed(PlainSnapshot.read(each.getValue(), each.getKey()));
            } catch (Unreadable unreadable) {
                reasons.add(Long.toHexString(each.getKey()) + ": " + unreadable.getMessage());
            }
        }
        throw new Unreadable("none of the snapshots leads anywhere: " + reasons);
    }

    private PlainTree replayed(PlainSnapshot snapshot) throws Unreadable {
        PlainTree tree = snapshot.tree();
        // The last log that may begin with what the snapshot lacks, or before that.
        Long first = logs.floorKey(tree.lastZxid() + 1);
        compare(tree, snapshot);
        for (byte[] each : (first == null ? logs : logs.tailMap(first, true)).values()) {
            for (PlainEntry entry : PlainLog.read(each)) {
                if (entry.zxid() > tree.lastZxid()) {
                    apply(entry, tree, snapshot);
                }
            }
        }
        require(
                tree.lastZxid() >= snapshot.digestZxid(),
                "the log ends at zxid %d, before the snapshot does, at %d",
                tree.lastZxid(),
                snapshot.digestZxid());
        return tree;
    }

    private static void apply(PlainEntry entry, PlainTree tree, PlainSnapshot snapshot) throws Unreadable {
        boolean isNext = entry.zxid() == tree.lastZxid() + 1 || epoch(entry.zxid()) > epoch(tree.lastZxid());
        require(isNext, "zxid %d comes behind %d", entry.zxid(), tree.lastZxid());
        entry.steps().forEach(each -> each.in(tree));
        tree.reached(entry.zxid());
        compare(tree, snapshot);
        require(
                !entry.hasDigest() || entry.zxid() < snapshot.digestZxid() || entry.digest() == tree.digest(),
                "after zxid %d the digest is %x and not %x",
                entry.zxid(),
                tree.digest(),
                entry.digest());
    }

    private static void compare(PlainTree tree, PlainSnapshot snapshot) throws Unreadable {
        require(
                tree.lastZxid() != snapshot.digestZxid() || tree.digest() == snapshot.digest(),
                "the snapshot says that after zxid %d the digest is %x, it is %x",
                snapshot.digestZxid(),
                snapshot.digest(),
                tree.digest());
    }

    private static long epoch(long zxid) {
        return zxid >>> Integer.SIZE;
    }
}
