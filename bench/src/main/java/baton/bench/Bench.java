package baton.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a Baton server beside Apache ZooKeeper and prints a ratio a workload. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {QueueBench.class, EtcdBench.class},
        description = "Loads a Baton server and Apache ZooKeeper in turn and prints the ratio, one line a workload.")
public final class Bench implements Callable<Integer> {
    private static final long SYNC_PROBE_NANOS = 500_000_000;
    private static final int PAIRS = 5;

    /** Of what Apache ZooKeeper can do. */
    private static final double[] OPEN_SHARES = {0.3, 0.6};

    @Option(
            names = "--workloads",
            split = ",",
            paramLabel = "W",
            description = "Which ones: ${COMPLETION-CANDIDATES}. Default: all, but none if --trials is given.")
    private Workload[] workloads = {};

    @Option(
            names = "--trials",
            split = ",",
            paramLabel = "W",
            description =
                    "Besides or instead: ${COMPLETION-CANDIDATES}. Default: all, but none if --workloads is given.")
    private Trial[] trials = {};

    @Option(
            names = "--pairs",
            description = "Pairs of windows a workload (default " + PAIRS
                    + "), or of runs a trial (default 3, and fewer where " + "they take minutes).")
    private @Nullable Integer pairs;

    @Option(names = "--seconds", description = "Length of a window (default ${DEFAULT-VALUE}).")
    private double seconds = 5;

    @Option(names = "--warm-up", description = "Seconds of load before the first window (default ${DEFAULT-VALUE}).")
    private double warmUpSeconds = 6;

    @Option(names = "--heap", description = "Heap of each server in MiB (default ${DEFAULT-VALUE}).")
    private int heapMegabytes = 1024;

    @Option(
            names = "--foreign-max",
            description =
                    "Share of the processors in use other processes may take before a pair or trial is void (default"
                            + " ${DEFAULT-VALUE}).")
    private double foreignShareMax = 0.15;

    @Option(
            names = "--caps",
            description =
                    "How a server that does nothing but answer compares, for each workload. Default: for those below "
                            + "their floor.")
    private boolean allCaps;

    @Option(
            names = "--open",
            description =
                    "For each workload of more than one connection the latencies as well when requests come at a rate, "
                            + "30 and 60 %% of what Apache ZooKeeper can do.")
    private boolean openLoops;

    @Option(names = "--table", description = "Each result as a row of docs/performance.md, too.")
    private boolean rows;

    @Option(
            names = "--profile",
            description =
                    "Where the time of our server goes, for each workload that is short of its target, and for each "
                            + "trial, in a run more, that starts it once.")
    private boolean profiling;

    @Option(
            names = "--server-conf",
            paramLabel = "KEY=VALUE",
            description = "A line for the configuration of our server alone, shown with every figure. May be repeated.")
    private List<String> ownLines = List.of();

    @Option(
            names = "--placement",
            description = "Which processors are used: ${COMPLETION-CANDIDATES} (the servers one, the loader another). "
                    + "Default: ${DEFAULT-VALUE}.")
    private Placement placement = Placement.SHARED;

    @Option(
            names = "--awake",
            description =
                    "Keeps processors from going to sleep, which costs some virtual machines more than a request; "
                            + "shown with every figure.")
    private boolean awake;

    @Option(
            names = "--rival",
            paramLabel = "F",
            description =
                    "How Apache ZooKeeper is set up: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}; shown with "
                            + "every figure otherwise.")
    private Flavour rival = Flavour.DEFAULT;

    @Option(names = "--dir", description = "Where the servers keep their data; a real disk (default: temporary).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    /** Runs the benchmarks and exits with 0 if every workload gave a verified figure. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        boolean everything = workloads.length + trials.length == 0;
        boolean complete = true;
        try (Workplace workplace = Workplace.in(directory);
                Closeable sleepless = awake ? Awake.on(placement.processors())::close : () -> {}) {
            Path work = workplace.path();
            placement.placeLoader();
            SyncProbe disk = new SyncProbe(work);
            sayWhatIsCompared(work, disk);
            for (Workload workload : everything ? Workload.values() : workloads) {
                Path place = Files.createDirectory(work.resolve(workload.name()));
                complete &= runDuel(workload, place, disk);
                Workplace.deleteTree(place);
            }
            for (Trial trial : everything ? Trial.values() : trials) {
                complete &= runTrial(trial, work);
            }
        }
        return complete ? 0 : 1;
    }

    private void sayWhatIsCompared(Path work, SyncProbe disk) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "baton vs Apache ZooKeeper 3.9.5 (%s); JDK %s, %d processors %s by loader and servers, heap %d MiB, "
                        + "one synced write to this disk (%s) %,.0f us%n",
                rival,
                Runtime.version(),
                placement.processors().size(),
                placement,
                heapMegabytes,
                Files.getFileStore(work).type(),
                disk.micros(SYNC_PROBE_NANOS));
    }

    /** Both servers run all the time, and are loaded in turn. Says whether there is a figure. */
    private boolean runDuel(Workload workload, Path work, SyncProbe disk) throws IOException {
        Keys keys = new Keys("/bench-" + workload.name().toLowerCase(Locale.ROOT), workload.keys);
        long warmUpNanos = (long) (warmUpSeconds * 1e9);
        Target.Machine machine = machine().touchedBefore();
        try (Target baton = baton(work, machine);
                Target zooKeeper = zooKeeper(work, machine);
                Side ours = Side.warm(workload, keys, baton, warmUpNanos);
                Side theirs = Side.warm(workload, keys, zooKeeper, warmUpNanos)) {
            Duel duel = new Duel(workload, ours, theirs, foreignShareMax);
            duel.run(pairsOfWindows(), Pace.closed(windowNanos()), disk);
            List<String> below =
                    openLoops && workload.connections > 1 ? open(duel, workload, ours, theirs, disk) : List.of();
            ours.verify();
            theirs.verify();
            System.out.println(duel.line(placement) + sinceRecorded(workload, duel) + label(ownLines));
            below.forEach(System.out::println);
            List<Duel> caps = new ArrayList<>();
            if (allCaps || duel.isBelowFloor()) {
                try (Target canned = Target.canned(work.resolve("canned"), machine, ours.answerBytes());
                        Side best = Side.warm(workload, keys, canned, warmUpNanos)) {
                    Duel cap = new Duel(workload, best, theirs, foreignShareMax);
                    cap.run(Duel.PAIRS_MIN, Pace.closed(windowNanos()), disk);
                    System.out.println(cap.capLine());
                    caps.add(cap);
                }
            }
            if (profiling && duel.isShort()) {
                Profile.of(baton.pid(), () -> ours.run(windowNanos()).operations())
                        .forEach(System.out::println);
            }
            if (rows) {
                System.out.println(duel.row(caps));
            }
            return duel.hasFigure();
        }
    }

    /** A line for each rate at which requests come, if it is known what they are shares of. */
    private List<String> open(Duel closed, Workload workload, Side ours, Side theirs, SyncProbe disk)
            throws IOException {
        List<String> lines = new ArrayList<>();
        for (double share : closed.hasFigure() ? OPEN_SHARES : new double[0]) {
            double perSecond = share * closed.theirsPerSecond();
            Duel open = new Duel(workload, ours, theirs, foreignShareMax);
            open.run(pairsOfWindows(), Pace.open(perSecond, windowNanos()), disk);
            lines.add(open.openLine(
                    String.format(Locale.ROOT, "%,.0f ops/s, %.0f%% of Apache's", perSecond, 100 * share)));
        }
        return lines;
    }

    /** What was recorded holds for what is published: other machines and settings have other ratios. */
    private String sinceRecorded(Workload workload, Duel duel) throws IOException {
        boolean comparable = placement == Placement.SHARED && rival == Flavour.DEFAULT && ownLines.isEmpty();
        return comparable && duel.hasFigure()
                ? RecordedRatios.read().verdict(workload, awake, duel.ratio(Measure.CPU))
                : "";
    }

    private int pairsOfWindows() {
        return pairs == null ? PAIRS : pairs;
    }

    /** Says whether there is a figure. */
    private boolean runTrial(Trial trial, Path work) throws IOException {
        Path place = work.resolve(trial.name());
        TrialDuel duel = new TrialDuel(trial, foreignShareMax);
        duel.run(
                pairs == null ? trial.pairs : pairs,
                () -> alone(place, this::baton, server -> TrialRun.of(trial, server)),
                () -> alone(place, this::zooKeeper, server -> TrialRun.of(trial, server)));
        duel.lines().forEach(line -> System.out.println(line + label(trial.configuration(ownLines))));
        if (profiling && !trial.startsAgain()) {
            alone(place, this::baton, trial::profile).forEach(System.out::println);
        }
        if (rows) {
            System.out.println(duel.row());
        }
        return duel.hasFigure();
    }

    @FunctionalInterface
    private interface Start {
        Target in(Path work, Target.Machine machine) throws IOException;
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(Target server) throws IOException;
    }

    /** Uses a server that is alone, so that none feels the other, and leaves nothing. */
    private <T> T alone(Path place, Start start, Use<T> use) throws IOException {
        Files.createDirectory(place);
        try (Target server = start.in(place, machine())) {
            return use.of(server);
        } finally {
            Workplace.deleteTree(place);
        }
    }

    private Target baton(Path work, Target.Machine machine) throws IOException {
        return Target.baton(work.resolve("baton"), machine, ownLines);
    }

    private Target zooKeeper(Path work, Target.Machine machine) throws IOException {
        return Target.zooKeeper(work.resolve("zookeeper"), machine, rival);
    }

    private Target.Machine machine() {
        return new Target.Machine(heapMegabytes, placement, false);
    }

    private long windowNanos() {
        return (long) (seconds * 1e9);
    }

    private String label(List<String> configuration) {
        List<String> special = new ArrayList<>(configuration);
        if (awake) {
            special.add("processors awake");
        }
        if (rival != Flavour.DEFAULT) {
            special.add("against " + rival);
        }
        return special.isEmpty() ? "" : " [" + String.join(" ", special) + "]";
    }
}
