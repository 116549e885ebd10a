package baton.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What is not a stream of equal requests: fan-out of events, many sessions, starts, memory, overload. */
enum Trial {
    W10("events of one node to 1,000 watching connections", FanOut::toAThousand),
    W10N("events of 1,000 nodes, each to 10 watching connections", FanOut::ofAThousandNodes),
    W10R("writes below 100,000 recursive watches", FanOut::underRecursiveWatches),
    W10H("100,000 watches that fire at once", FanOut::besideWrites),
    W11("end of a session with 10,000 ephemerals", Sessions::endWithEphemerals),
    W12("5,000 sessions", Sessions::comeAndComeBack),
    W15("restart with 500,000 nodes", Restart::withHalfAMillion),
    W15L("restart with 2,000,000 nodes", Restart::withTwoMillion),
    W15M("1,000,000 nodes and 10,000 connections", Restart::aMillionAndTheirClients),
    W15S("snapshots beside writes, 500,000 nodes", Restart::snapshotsBesideWrites),
    W16("heap after a collection", Footprint::eachKind),
    W17("start on an empty directory", Restart::onNothing),
    W20("overload", Overload::tenfoldAndSilent);

    private final String title;
    private final Run run;

    @FunctionalInterface
    private interface Run {
        List<Figure> on(Target target) throws IOException;
    }

    Trial(String title, Run run) {
        this.title = title;
        this.run = run;
    }

    List<Figure> run(Target target) throws IOException {
        return run.on(target);
    }

    String line(Figure ours, Figure theirs) {
        String values = String.format(
                Locale.ROOT,
                "%s %s, %s: %,.2f vs %,.2f %s",
                name(),
                title,
                ours.what(),
                ours.value(),
                theirs.value(),
                ours.unit());
        return ours.value() == 0
                ? values
                : values + String.format(Locale.ROOT, " = %.1fx", theirs.value() / ours.value());
    }
}
