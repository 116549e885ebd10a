package baton.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pairs of runs of a trial, order flipped each pair, made into a line for each figure.
 *
 * <p>A pair during which other processes used more than the allowed share of the processors is void, and made again as long
 * as there were not more than {@value #VOID_MAX} of them. With fewer good pairs than wanted, or than
 * {@value Duel#PAIRS_MIN}, there is no figure.
 */
final class TrialDuel {
    private static final int VOID_MAX = 2;

    private final Trial trial;
    private final double foreignShareMax;
    private final List<TrialRun> ours = new ArrayList<>();
    private final List<TrialRun> theirs = new ArrayList<>();
    private final List<Double> foreignShares = new ArrayList<>();
    private int wanted;

    /** @param foreignShareMax of the processors' time that other processes may use, 0 to 1 */
    TrialDuel(Trial trial, double foreignShareMax) {
        this.trial = trial;
        this.foreignShareMax = foreignShareMax;
    }

    /** Runs the trial on a server of its own. */
    @FunctionalInterface
    interface Run {
        TrialRun once() throws IOException;
    }

    void run(int pairs, Run baton, Run zooKeeper) throws IOException {
        wanted = pairs;
        while (ours.size() < wanted && foreignShares.size() < wanted + VOID_MAX) {
            boolean oursFirst = ours.size() % 2 == 0;
            TrialRun first = (oursFirst ? baton : zooKeeper).once();
            TrialRun second = (oursFirst ? zooKeeper : baton).once();
            double foreignShare = Math.max(first.foreignShare(), second.foreignShare());
            foreignShares.add(foreignShare);
            if (foreignShare <= foreignShareMax) {
                ours.add(oursFirst ? first : second);
                theirs.add(oursFirst ? second : first);
            }
        }
    }

    boolean hasFigure() {
        return ours.size() >= Math.min(wanted, Duel.PAIRS_MIN);
    }

    /** A line for each figure, or one that says why there are none. */
    List<String> lines() {
        String head = trial.name() + " " + trial.title + ", ";
        if (!hasFigure()) {
            return List.of(String.format(
                    Locale.ROOT,
                    "%stoo noisy, no figure: %d of %d pairs with at most %.0f%% of the processors used by other "
                            + "processes, the median %.0f%%",
                    head,
                    ours.size(),
                    foreignShares.size(),
                    100 * foreignShareMax,
                    100 * Quantile.median(foreignShares)));
        }
        return IntStream.range(0, ours.get(0).figures().size())
                .mapToObj(at -> head + compared(at))
                .toList();
    }

    /** The result as a row of a table: what, floor, target, and all that was measured but the processor time of the whole. */
    String row() {
        String head = "| " + trial.name() + " " + trial.title + " | " + trial.floor + " | " + trial.target + " | ";
        if (!hasFigure()) {
            return head + "too noisy |";
        }
        return IntStream.range(0, ours.get(0).figures().size() - 1)
                .mapToObj(this::compared)
                .collect(Collectors.joining("; ", head, " |"));
    }

    private String compared(int at) {
        return Figure.compared(figures(ours, at), figures(theirs, at));
    }

    private static List<Figure> figures(List<TrialRun> runs, int at) {
        return runs.stream().map(run -> run.figures().get(at)).toList();
    }
}
