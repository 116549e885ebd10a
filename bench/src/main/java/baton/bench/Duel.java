package baton.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Pairs of windows on two servers, order flipped each pair, made into one line.
 *
 * <p>The figure is the median of the pairwise ratios. A pair during which other processes used more than
 * the allowed share of the processors is void; with fewer than {@value #PAIRS_MIN} good pairs there is no
 * figure.
 */
final class Duel {
    static final int PAIRS_MIN = 3;
    private static final long SYNC_PROBE_NANOS = 2_000_000_000L;

    private final Workload workload;
    private final Side ours;
    private final Side theirs;
    private final double foreignShareMax;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<Double> syncMicros = new ArrayList<>();
    private final List<Double> foreignShares = new ArrayList<>();

    /** @param foreignShareMax of the processors' time that other processes may use, 0 to 1 */
    Duel(Workload workload, Side ours, Side theirs, double foreignShareMax) {
        this.workload = workload;
        this.foreignShareMax = foreignShareMax;
        this.ours = ours;
        this.theirs = theirs;
    }

    private record Pair(Turn ours, Turn theirs) {
        double ratio(Measure measure) {
            return measure.ratio(ours, theirs);
        }
    }

    /** Has the disk probed before each pair if it decides, too. */
    void run(int wanted, Pace pace, SyncProbe disk) throws IOException {
        for (int round = 0; round < wanted; round++) {
            if (workload.writes) {
                syncMicros.add(disk.micros(SYNC_PROBE_NANOS));
            }
            boolean oursFirst = round % 2 == 0;
            Turn first = turn(oursFirst ? ours : theirs, pace);
            Turn second = turn(oursFirst ? theirs : ours, pace);
            double foreignShare = Math.max(first.foreignShare(), second.foreignShare());
            foreignShares.add(foreignShare);
            if (foreignShare <= foreignShareMax) {
                pairs.add(oursFirst ? new Pair(first, second) : new Pair(second, first));
            }
        }
    }

    private static Turn turn(Side side, Pace pace) throws IOException {
        Turn turn = Turn.of(side, pace);
        side.clear();
        return turn;
    }

    /** Says whether so many pairs were good that they make a figure. */
    boolean hasFigure() {
        return pairs.size() >= PAIRS_MIN;
    }

    /** Says whether there is a figure, and it does not reach the target. */
    boolean isShort() {
        return hasFigure() && !workload.bar.isReached(this::ratio);
    }

    /** Says whether there is a figure, and a release with it is not fast enough. */
    boolean isBelowFloor() {
        return hasFigure() && workload.bar.isMissed(this::ratio);
    }

    double ratio(Measure measure) {
        return median(pair -> pair.ratio(measure));
    }

    /** The result in one line. */
    String line(Placement placement) {
        String head = workload.name() + " " + workload.title + " " + workload.shape() + " " + placement + ": ";
        if (!hasFigure()) {
            return head + tooNoisy();
        }
        return head
                + String.join(
                        "; ",
                        throughput(),
                        "server CPU " + compared("%.1f", Turn::cpuMicros) + " us/op" + times(Measure.CPU),
                        "switches " + compared("%.2f", Turn::switches) + " an op",
                        "allocated " + compared("%,.0f", Turn::bytes) + " B/op",
                        latencies(),
                        workload.bar.verdict(this::ratio));
    }

    private String tooNoisy() {
        return String.format(
                Locale.ROOT,
                "too noisy, no figure: %d of %d pairs with at most %.0f%% of the processors used by other processes, "
                        + "the median %.0f%%",
                pairs.size(),
                foreignShares.size(),
                100 * foreignShareMax,
                100 * Quantile.median(foreignShares));
    }

    private String throughput() {
        List<Double> ratios =
                pairs.stream().map(pair -> pair.ratio(Measure.THROUGHPUT)).toList();
        return compared("%,.0f", Measure.THROUGHPUT::of)
                + String.format(
                        Locale.ROOT,
                        " ops/s = %.1fx (IQR %.1f-%.1f, %d pairs)",
                        ratio(Measure.THROUGHPUT),
                        Quantile.of(ratios, 0.25),
                        Quantile.of(ratios, 0.75),
                        ratios.size());
    }

    private String latencies() {
        String sync = syncMicros.isEmpty()
                ? ""
                : String.format(Locale.ROOT, ", one sync %,.0f us", Quantile.median(syncMicros));
        return "p50 " + compared("%,.0f", turn -> turn.window().micros(50)) + " us" + times(Measure.P50)
                + ", p99 " + compared("%,.0f", turn -> turn.window().micros(99)) + " us" + times(Measure.P99)
                + ", p99.9 " + compared("%,.0f", turn -> turn.window().micros(99.9)) + " us" + sync;
    }

    private String times(Measure measure) {
        return String.format(Locale.ROOT, " = %.1fx", ratio(measure));
    }

    private String compared(String format, ToDoubleFunction<Turn> value) {
        return String.format(
                Locale.ROOT,
                format + " vs " + format,
                median(pair -> value.applyAsDouble(pair.ours)),
                median(pair -> value.applyAsDouble(pair.theirs)));
    }

    /** What Apache ZooKeeper does a second, at most if the loop is closed. */
    double theirsPerSecond() {
        return median(pair -> Measure.THROUGHPUT.of(pair.theirs));
    }

    /** @param load at which requests come, in words */
    String openLine(String load) {
        String head = "   open loop at " + load + ": ";
        return hasFigure()
                ? head
                        + String.join(
                                "; ",
                                "since they were due " + latencies(),
                                "server CPU " + compared("%.1f", Turn::cpuMicros) + " us/op" + times(Measure.CPU),
                                pairs.size() + " pairs")
                : head + tooNoisy();
    }

    /** The result in one line, where ours is a server that does nothing but answer. */
    String capLine() {
        if (!hasFigure()) {
            return "   a server that does nothing but answer: " + tooNoisy();
        }
        return String.join(
                "; ",
                "   a server that does nothing but answer: " + throughput(),
                "its CPU " + compared("%.1f", Turn::cpuMicros) + " us/op" + times(Measure.CPU),
                "the loader's " + compared("%.1f", Turn::loaderMicros) + " us/op",
                latencies());
    }

    /**
     * The result as a row of a table: what, floor, target, ratio, ratio of processor time, the most of both there is to be had.
     *
     * @param cap the duel of a server that does nothing but answer, or nothing
     */
    String row(List<Duel> cap) {
        String head =
                "| " + workload.name() + " " + workload.title + " " + workload.shape() + " | " + workload.bar.cells();
        if (!hasFigure()) {
            return head + " | too noisy | | |";
        }
        String most = cap.stream()
                .filter(Duel::hasFigure)
                .map(best -> best.cells("; CPU ") + " ")
                .findFirst()
                .orElse("");
        return head + " | " + cells(" | ") + " | " + most + "|";
    }

    private String cells(String between) {
        return workload.bar.cell(this::ratio) + between + String.format(Locale.ROOT, "%.1f", ratio(Measure.CPU));
    }

    private double median(ToDoubleFunction<Pair> value) {
        return Quantile.median(pairs.stream().map(value::applyAsDouble).toList());
    }
}
