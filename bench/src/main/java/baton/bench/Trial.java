package baton.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is not a stream of equal requests: fan-out of events, many sessions, starts, memory, overload. */
enum Trial {
    W10("2", "4", "events of one node to 1,000 watching connections", FanOut::toAThousand),
    W10N("2", "4", "events of 1,000 nodes, each to 10 watching connections", FanOut::ofAThousandNodes),
    W10R("3", "8", "writes below 100,000 recursive watches", FanOut::underRecursiveWatches),
    W10H("", "", "100,000 watches that fire at once", FanOut::besideWrites),
    W11("4", "12", "end of a session with 10,000 ephemerals", Sessions::endWithEphemerals),
    W12("3; none lost", "8; none lost", "5,000 sessions", Sessions::comeAndComeBack),
    W15("2", "4", "restart with 500,000 nodes", Restart::withHalfAMillion),
    W15L("2", "4", "restart with 2,000,000 nodes", Restart::withTwoMillion),
    W15M("", "", "1,000,000 nodes and 10,000 connections", Restart::aMillionAndTheirClients),
    W15S(
            "1.5; p99 within 3 of quiet",
            "2; within 1.5",
            "snapshots beside writes, 500,000 nodes",
            Restart::snapshotsBesideWrites),
    W16(
            "nodes 1.8, 2.5; ephemeral 2.5; watch 4, 4; connection 2",
            "nodes 2.4, 4; 3.2; 10, 10; 3",
            "heap after a collection",
            Footprint::eachKind),
    W17(
            "cold 1.6, archive 2.2; resident 1",
            "2.3, 3; 1.2; threads a third",
            "start on an empty directory",
            Restart::onNothing),
    W20("80% of peak", "95%; p99 within 2", "overload", Overload::tenfoldAndSilent);

    private final String floor;
    private final String target;
    private final String title;
    private final Run run;

    @FunctionalInterface
    private interface Run {
        List<Figure> on(Target target) throws IOException;
    }

    Trial(String floor, String target, String title, Run run) {
        this.floor = floor;
        this.target = target;
        this.title = title;
        this.run = run;
    }

    List<Figure> run(Target target) throws IOException {
        return run.on(target);
    }

    /** A line for each figure. */
    List<String> lines(TrialRun ours, TrialRun theirs) {
        return IntStream.range(0, ours.figures().size())
                .mapToObj(at -> name() + " " + title + ", " + compared(ours, theirs, at))
                .toList();
    }

    String tooNoisy(double foreignShare) {
        return String.format(
                Locale.ROOT,
                "%s %s: too noisy, no figure (other processes used %.0f%% of the processors)",
                name(),
                title,
                100 * foreignShare);
    }

    /** The result as a row of a table: what, floor, target, and all that was measured but the processor time of the whole. */
    String row(TrialRun ours, TrialRun theirs) {
        return IntStream.range(0, ours.figures().size() - 1)
                .mapToObj(at -> compared(ours, theirs, at))
                .collect(Collectors.joining(
                        "; ", "| " + name() + " " + title + " | " + floor + " | " + target + " | ", " |"));
    }

    private static String compared(TrialRun ours, TrialRun theirs, int at) {
        return ours.figures().get(at).comparedWith(theirs.figures().get(at));
    }
}
