package baton.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
    private static final int SYNC_PROBES = 200;

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

    @Option(names = "--pairs", description = "Pairs of windows a workload (default ${DEFAULT-VALUE}).")
    private int pairs = 5;

    @Option(names = "--seconds", description = "Length of a window (default ${DEFAULT-VALUE}).")
    private double seconds = 4;

    @Option(names = "--warm-up", description = "Seconds of load before the first window (default ${DEFAULT-VALUE}).")
    private double warmUpSeconds = 6;

    @Option(names = "--heap", description = "Heap of each server in MiB (default ${DEFAULT-VALUE}).")
    private int heapMegabytes = 1024;

    @Option(
            names = "--foreign-max",
            description =
                    "Share of the machine other processes may use before a pair is void (default ${DEFAULT-VALUE}).")
    private double foreignShareMax = 0.15;

    @Option(
            names = "--caps",
            description =
                    "What a server that does nothing but answer would reach, for each workload. Default: for those "
                            + "below their floor.")
    private boolean allCaps;

    @Option(names = "--table", description = "Each result as a row of docs/performance.md, too.")
    private boolean rows;

    @Option(
            names = "--profile",
            description = "Where the time of our server goes, for each workload that is short of its target.")
    private boolean profiling;

    @Option(
            names = "--server-conf",
            paramLabel = "KEY=VALUE",
            description = "A line for the configuration of our server alone, shown with every figure. May be repeated.")
    private List<String> ownLines = List.of();

    @Option(names = "--dir", description = "Where the servers keep their data; a real disk (default: temporary).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    /** Runs the benchmarks and exits with 0 if every workload gave a verified figure. */
    public static void main(String[] arguments) {
        // Its own, not that of the server on the same class path.
        System.getProperties().putIfAbsent("logback.configurationFile", "logback.xml");
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        Path work = Files.createTempDirectory(Files.createDirectories(directory), "baton-bench");
        boolean everything = workloads.length + trials.length == 0;
        Workload[] duels = everything ? Workload.values() : workloads;
        Trial[] others = everything ? Trial.values() : trials;
        try (Target baton = Target.baton(work.resolve("baton"), heapMegabytes, ownLines);
                Target zooKeeper = Target.zooKeeper(work.resolve("zookeeper"), heapMegabytes)) {
            out.printf(
                    Locale.ROOT,
                    "baton vs Apache ZooKeeper 3.9.5; JDK %s, %d processors shared by loader and servers, heap %d MiB, "
                            + "one synced write to this disk %,.0f us%n",
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    heapMegabytes,
                    syncMicros(work));
            for (Workload workload : duels) {
                duel(workload, baton, zooKeeper, work).forEach(out::println);
            }
            runTrials(others, work);
        } finally {
            deleteTree(work);
        }
        return 0;
    }

    /** Each trial gets servers of its own, one after the other, so that none feels the other. */
    private void runTrials(Trial[] others, Path work) throws IOException {
        for (Trial trial : others) {
            List<Figure> ours;
            List<Figure> theirs;
            try (Target baton = Target.baton(work.resolve(trial + "-baton"), heapMegabytes, ownLines)) {
                ours = figures(trial, baton);
            }
            try (Target zooKeeper = Target.zooKeeper(work.resolve(trial + "-zookeeper"), heapMegabytes)) {
                theirs = figures(trial, zooKeeper);
            }
            for (int at = 0; at < ours.size(); at++) {
                System.out.println(trial.line(ours.get(at), theirs.get(at)) + label());
            }
            if (rows) {
                System.out.println(trial.row(ours, theirs));
            }
        }
    }

    private static List<Figure> figures(Trial trial, Target target) throws IOException {
        long before = target.wholeCpuMicros();
        List<Figure> figures = new ArrayList<>(trial.run(target));
        figures.add(new Figure("server CPU in all", (target.wholeCpuMicros() - before) / 1e6, "s"));
        return figures;
    }

    private List<String> duel(Workload workload, Target baton, Target zooKeeper, Path work) throws IOException {
        Keys keys = new Keys("/bench-" + workload.name().toLowerCase(Locale.ROOT), workload.keys);
        long warmUpNanos = (long) (warmUpSeconds * 1e9);
        long nanos = (long) (seconds * 1e9);
        try (Side ours = Side.warm(workload, keys, baton, warmUpNanos);
                Side theirs = Side.warm(workload, keys, zooKeeper, warmUpNanos)) {
            Duel duel = new Duel(workload, ours, theirs, foreignShareMax);
            duel.run(pairs, nanos);
            ours.verify();
            theirs.verify();
            List<String> lines = new ArrayList<>(List.of(duel.line() + label()));
            if (allCaps || duel.isBelowFloor()) {
                Path canned = Files.createDirectory(work.resolve("canned-" + workload));
                lines.add(duel.cap(ours.perSecondAtMost(canned, heapMegabytes, warmUpNanos, nanos)));
            }
            if (profiling && duel.isShort()) {
                lines.addAll(Profile.of(baton.pid(), () -> ours.run(nanos)));
            }
            if (rows) {
                lines.add(duel.row());
            }
            return lines;
        }
    }

    private String label() {
        return ownLines.isEmpty() ? "" : " [" + String.join(" ", ownLines) + "]";
    }

    private static double syncMicros(Path directory) throws IOException {
        double[] micros = new double[SYNC_PROBES];
        Path file = directory.resolve("sync-probe");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int at = 0; at < micros.length; at++) {
                long start = System.nanoTime();
                channel.write(ByteBuffer.allocate(512), 512L * at);
                channel.force(false);
                micros[at] = (System.nanoTime() - start) / 1e3;
            }
        }
        Files.delete(file);
        Arrays.sort(micros);
        return micros[micros.length / 2];
    }

    static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }
}
