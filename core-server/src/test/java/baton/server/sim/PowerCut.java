package baton.server.sim;

import baton.server.sim.FileContent.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What is left of a file's pending changes when the power is cut: any part of them, sector by sector, the last one torn at
 * any byte, under any of the sizes that the file had meanwhile.
 *
 * @param sectorBytes how much is kept or lost together
 * @param remains what may stand where nothing was written, before the zeros
 */
record PowerCut(RandomGenerator random, int sectorBytes, byte[] remains) {
    byte[] left(byte[] durable, List<Change> pending) {
        byte[] left = durable;
        int keepInFour = random.nextInt(5);
        List<Integer> sizes = new ArrayList<>(List.of(left.length));
        int size = left.length;
        for (int i = 0; i < pending.size(); i++) {
            Change each = pending.get(i);
            size = each.sizeBehind(size);
            sizes.add(size);
            boolean last = i == pending.size() - 1;
            left = each.bytes() == null
                    ? random.nextBoolean() ? Arrays.copyOf(left, each.at()) : left
                    : surviving(left, each, keepInFour, last);
        }
        return sized(left, sizes.get(random.nextInt(sizes.size())));
    }

    private byte[] surviving(byte[] before, Change write, int keepInFour, boolean isLast) {
        byte[] bytes = write.bytes();
        byte[] after = before;
        int tornAt = isLast ? random.nextInt(bytes.length + 1) : bytes.length;
        for (int from = 0; from < tornAt; ) {
            int sectorEnd = (write.at() + from) / sectorBytes * sectorBytes + sectorBytes - write.at();
            int end = Math.min(tornAt, sectorEnd);
            if (random.nextInt(4) < keepInFour) {
                after = sized(after, Math.max(after.length, write.at() + end));
                System.arraycopy(bytes, from, after, write.at() + from, end - from);
            }
            from = end;
        }
        return after;
    }

    private byte[] sized(byte[] bytes, int size) {
        byte[] sized = Arrays.copyOf(bytes, size);
        int end = Math.min(size, remains.length);
        if (bytes.length < end) {
            System.arraycopy(remains, bytes.length, sized, bytes.length, end - bytes.length);
        }
        return sized;
    }
}
