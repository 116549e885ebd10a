package baton.server.request;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Knows how long ago a change was made, at least, by time that has passed: a wall clock that jumps ages nothing. What was
 * there when the server started is as old as its start.
 *
 * <p>Keeps times at which certain zxids were behind it, the farther apart the longer ago: an age may be found too small by
 * a sixty-fourth of it, and of a year with one every second some 2,500 are kept at most.
 */
final class Ages {
    private static final int PART = 64;
    private static final int MARKS_MIN = 256;

    private final TreeMap<Long, Long> passedAtMillis = new TreeMap<>();
    private int marksMax = MARKS_MIN;

    /** Everything up to the zxid has happened by now, of which this is the latest time told. */
    void mark(long zxid, long nowMillis) {
        passedAtMillis.putIfAbsent(zxid, nowMillis);
        if (passedAtMillis.size() > marksMax) {
            thin(nowMillis);
            marksMax = Math.max(MARKS_MIN, 2 * passedAtMillis.size());
        }
    }

    /** Leaves out times beside which there are others near enough. */
    private void thin(long nowMillis) {
        long keptMillis = Long.MIN_VALUE;
        Long[] times = passedAtMillis.values().toArray(Long[]::new);
        Iterator<Long> each = passedAtMillis.keySet().iterator();
        for (int i = 0; i < times.length; i++) {
            each.next();
            boolean between = i > 0 && i + 1 < times.length;
            if (between && times[i + 1] - keptMillis <= (nowMillis - times[i + 1]) / PART) {
                each.remove();
            } else {
                keptMillis = times[i];
            }
        }
    }

    /** Returns for how many milliseconds the change of the zxid has been there: so many or somewhat more. */
    long ofMillis(long zxid, long nowMillis) {
        Map.Entry<Long, Long> mark = passedAtMillis.ceilingEntry(zxid);
        return mark == null ? 0 : nowMillis - mark.getValue();
    }
}
