package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.server.txn.LogSpace.Level;
import java.util.TreeMap;

/**
 * What the server was told whenever it looked how much space its disk has, and whether it was right to refuse something for
 * want of space or not: rule DP-11. It goes by what it has taken up last, until it takes up the next.
 */
public final class SpaceLooks {
    /**
     * What one look allows, since what the server knew before it counts as well.
     *
     * @param mildest how much it must let in at most
     * @param severest how much it must let in at least
     */
    private record Look(Level mildest, Level severest) {}

    private final TreeMap<Long, Look> looks = new TreeMap<>();

    /** The server has taken up what it was told last. */
    void tookUp(long moment, Level mildest, Level severest) {
        looks.put(moment, new Look(mildest, severest));
    }

    /** Something was refused that may be refused at that level. */
    void refused(Operation asked, Level level) {
        check(
                during(asked).values().stream().anyMatch(each -> each.severest.compareTo(level) >= 0),
                "DP-11",
                "%s, but the disk had space: %s",
                asked,
                during(asked));
    }

    /** Something was let in that makes the data grow. */
    void grown(Operation asked) {
        check(
                during(asked).isEmpty()
                        || during(asked).values().stream().anyMatch(each -> each.mildest == Level.AMPLE),
                "DP-11",
                "%s, but space was low: %s",
                asked,
                during(asked));
    }

    private TreeMap<Long, Look> during(Operation asked) {
        Long before = looks.floorKey(asked.called());
        return new TreeMap<>(looks.subMap(before == null ? asked.called() : before, true, asked.returned(), true));
    }
}
