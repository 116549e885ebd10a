package baton.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is not a stream of equal requests: fan-out of events, many sessions, starts, memory, overload. */
enum Trial {
    W10(3, "2", "4", "events of one node to 1,000 watching connections", FanOut::toAThousand),
    W10N(3, "2", "4", "events of 1,000 nodes, each to 10 watching connections", FanOut::ofAThousandNodes),
    W10R(3, "3", "8", "writes below 100,000 recursive watches", FanOut::underRecursiveWatches),
    W10H(
            3,
            "p99 of a write 1; longest 2",
            "p99 of a write 2; longest 4",
            "100,000 watches that fire at once",
            FanOut::besideWrites),
    W11(3, "4", "12", "end of a session with 10,000 ephemerals", Sessions::endWithEphemerals),
    W12(2, "3; none lost", "8; none lost", "5,000 sessions", Sessions::comeAndComeBack),
    W15(2, "2", "4", "restart with 500,000 nodes", Restart::withHalfAMillion),
    W15L(1, "2", "4", "restart with 2,000,000 nodes", Restart::withTwoMillion),
    W15M(1, "", "", "1,000,000 nodes and 10,000 connections", Restart::aMillionAndTheirClients),
    W15S(
            2,
            "1.5; p99 within 3 of quiet",
            "2; within 1.5",
            "snapshots beside writes, 500,000 nodes",
            Restart::snapshotsBesideWrites),
    W16(
            2,
            "nodes 1.8, 2.5; ephemeral 2.5; watch 4, 4; connection 2",
            "nodes 2.4, 4; 3.2; 10, 10; 3",
            "heap after a collection",
            Footprint::eachKind),
    W17(
            3,
            "cold 1.6, archive 2.2; resident 1",
            "2.3, 3; 1.2; threads a third",
            "start on an empty directory",
            Restart::onNothing),
    W20(3, "80% of peak", "95%; p99 within 2", "overload", Overload::tenfoldAndSilent);

    /** How many are made unless told otherwise: the fewer the longer they take. */
    final int pairs;

    final String floor;
    final String target;
    final String title;
    private final Run run;

    @FunctionalInterface
    private interface Run {
        List<Figure> on(Target target) throws IOException;
    }

    Trial(int pairs, String floor, String target, String title, Run run) {
        this.pairs = pairs;
        this.floor = floor;
        this.target = target;
        this.title = title;
        this.run = run;
    }

    List<Figure> run(Target target) throws IOException {
        return run.on(target);
    }

    /** Runs it, and says where the server's time goes, warm-up included; not where that is stopped meanwhile. */
    List<String> profile(Target target) throws IOException {
        return Profile.of(target.pid(), () -> {
            run(target);
            return 1;
        });
    }

    /** Returns the lines of our server's configuration that count: those given, and what takes a limit away that is tried. */
    List<String> configuration(List<String> own) {
        List<String> lines = new ArrayList<>(own);
        if (this == W12
                && own.stream().noneMatch(line -> Target.key(line).equals(Target.key(Target.NO_SESSION_LIMIT)))) {
            lines.add(Target.NO_SESSION_LIMIT);
        }
        return lines;
    }

    /** Whether its server is stopped and started again meanwhile. */
    boolean startsAgain() {
        return switch (this) {
            case W15, W15L, W15M, W17 -> true;
            case W10, W10N, W10R, W10H, W11, W12, W15S, W16, W20 -> false;
        };
    }
}
