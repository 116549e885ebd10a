package baton.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of windows on two servers, order flipped each pair, made into one line.
 *
 * <p>The figure is the median of the pairwise ratios. A pair during which other processes used more than
 * the allowed share of the machine is void; with fewer than {@value #PAIRS_MIN} good pairs there is no
 * figure.
 */
final class Duel {
    private static final int PAIRS_MIN = 3;

    private final Workload workload;
    private final Side ours;
    private final Side theirs;
    private final double foreignShareMax;
    private final List<Pair> pairs = new ArrayList<>();
    private @Nullable Double capPerSecond;
    private int voided;

    /** @param foreignShareMax of the machine's time that other processes may use, 0 to 1 */
    Duel(Workload workload, Side ours, Side theirs, double foreignShareMax) {
        this.workload = workload;
        this.foreignShareMax = foreignShareMax;
        this.ours = ours;
        this.theirs = theirs;
    }

    private record Turn(
            Loader.Window window, double cpuMicrosPerOperation, double loaderMicrosPerOperation, double foreignShare) {}

    private record Pair(Turn ours, Turn theirs) {
        double throughputRatio() {
            return ours.window.perSecond() / theirs.window.perSecond();
        }

        double cpuRatio() {
            return theirs.cpuMicrosPerOperation / ours.cpuMicrosPerOperation;
        }
    }

    void run(int wanted, long windowNanos) throws IOException {
        for (int round = 0; round < wanted; round++) {
            boolean oursFirst = round % 2 == 0;
            Turn first = turn(oursFirst ? ours : theirs, windowNanos);
            Turn second = turn(oursFirst ? theirs : ours, windowNanos);
            Pair pair = oursFirst ? new Pair(first, second) : new Pair(second, first);
            if (Math.max(first.foreignShare, second.foreignShare) > foreignShareMax) {
                voided++;
            } else {
                pairs.add(pair);
            }
        }
    }

    private static Turn turn(Side side, long nanos) throws IOException {
        long machine = ProcessorTime.ofMachine();
        long loader = ProcessorTime.ofProcess(ProcessHandle.current().pid());
        long server = side.target().cpuMicros();
        long start = System.nanoTime();
        Loader.Window window = side.run(nanos);
        double serverMicros = side.target().cpuMicros() - server;
        double loaderMicros = ProcessorTime.ofProcess(ProcessHandle.current().pid()) - loader;
        double foreignMicros = Math.max(0, ProcessorTime.ofMachine() - machine - loaderMicros - serverMicros);
        double availableMicros =
                (System.nanoTime() - start) / 1e3 * Runtime.getRuntime().availableProcessors();
        side.clear();
        return new Turn(
                window,
                serverMicros / window.operations(),
                loaderMicros / window.operations(),
                foreignMicros / availableMicros);
    }

    /** Says whether there is a figure, and it does not reach the target. */
    boolean isShort() {
        return pairs.size() >= PAIRS_MIN && !workload.bar.isReached(throughputRatio(), cpuRatio());
    }

    /** Says whether there is a figure, and a release with it is not fast enough. */
    boolean isBelowFloor() {
        return pairs.size() >= PAIRS_MIN && workload.bar.isMissed(throughputRatio(), cpuRatio());
    }

    /** Says in a line how far it would be if our server did nothing but answer so often. */
    String cap(double perSecond) {
        capPerSecond = perSecond;
        return String.format(
                Locale.ROOT,
                "   a server that does nothing but answer would reach %,.0f ops/s = %.1fx; loader CPU %.1f us/op",
                perSecond,
                perSecond / theirsPerSecond(),
                median(pairs.stream().map(p -> p.ours.loaderMicrosPerOperation).toList()));
    }

    private double theirsPerSecond() {
        return median(pairs.stream().map(p -> p.theirs.window.perSecond()).toList());
    }

    private double throughputRatio() {
        return median(pairs.stream().map(Pair::throughputRatio).toList());
    }

    private double cpuRatio() {
        return median(pairs.stream().map(Pair::cpuRatio).toList());
    }

    /** The result in one line. */
    String line() {
        String head = workload.name() + " " + workload.title + " " + workload.shape() + ": ";
        if (pairs.size() < PAIRS_MIN) {
            return head + "too noisy, no figure (" + voided + " of " + (voided + pairs.size())
                    + " pairs void: other processes used more than "
                    + Math.round(foreignShareMax * 100) + "% of the machine)";
        }
        List<Double> ratios = pairs.stream().map(Pair::throughputRatio).sorted().toList();
        return head
                + String.format(
                        Locale.ROOT,
                        "%,.0f vs %,.0f ops/s = %.1fx (IQR %.1f-%.1f, %d pairs); server CPU %.1f vs %.1f us/op = %.1fx; "
                                + "p50 %s vs %s us, p99 %s vs %s us; %s",
                        median(pairs.stream()
                                .map(p -> p.ours.window.perSecond())
                                .toList()),
                        theirsPerSecond(),
                        throughputRatio(),
                        quantile(ratios, 0.25),
                        quantile(ratios, 0.75),
                        ratios.size(),
                        median(pairs.stream()
                                .map(p -> p.ours.cpuMicrosPerOperation)
                                .toList()),
                        median(pairs.stream()
                                .map(p -> p.theirs.cpuMicrosPerOperation)
                                .toList()),
                        cpuRatio(),
                        percentile(true, 50),
                        percentile(false, 50),
                        percentile(true, 99),
                        percentile(false, 99),
                        workload.bar.verdict(throughputRatio(), cpuRatio()));
    }

    /** The result as a row of a table: what, floor, target, ratio, ratio of processor time, the most there is to be had. */
    String row() {
        String head =
                "| " + workload.name() + " " + workload.title + " " + workload.shape() + " | " + workload.bar.cells();
        if (pairs.size() < PAIRS_MIN) {
            return head + " | too noisy | | |";
        }
        return head
                + String.format(
                        Locale.ROOT,
                        " | %.1f | %.1f | %s |",
                        throughputRatio(),
                        cpuRatio(),
                        capPerSecond == null
                                ? ""
                                : String.format(Locale.ROOT, "%.1f", capPerSecond / theirsPerSecond()));
    }

    private String percentile(boolean ourSide, double percent) {
        Histogram all = new Histogram(3);
        for (Pair pair : pairs) {
            all.add((ourSide ? pair.ours : pair.theirs).window.latencyNanos());
        }
        return String.format(Locale.ROOT, "%,.0f", all.getValueAtPercentile(percent) / 1e3);
    }

    static double median(List<Double> values) {
        return quantile(values.stream().sorted().toList(), 0.5);
    }

    /** The quantile of sorted values, interpolated. */
    static double quantile(List<Double> sorted, double q) {
        double at = q * (sorted.size() - 1);
        int below = (int) Math.floor(at);
        int above = (int) Math.ceil(at);
        return sorted.get(below) + (sorted.get(above) - sorted.get(below)) * (at - below);
    }
}
