package baton.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lock and latch on etcd beside etcd's own Lock and Election services, on one server, in turn. */
@Command(
        name = "etcd",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Locks and leaders on one etcd, in turn: our recipes, and the plain Lock and Election services of "
                    + "etcd.",
            "A ratio above 1 means that ours takes less time."
        })
public final class EtcdBench implements Callable<Integer> {
    private static final Duration LOCK_LEASE = Duration.ofSeconds(30);
    private static final Duration WAIT_MAX = Duration.ofMinutes(2);

    @Option(names = "--locks", description = "Locks a run (default ${DEFAULT-VALUE}).")
    private int locks = 400;

    @Option(names = "--rounds", description = "Runs of each, in turn (default ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(names = "--waiters", description = "Parties that contend for one lock (default ${DEFAULT-VALUE}).")
    private int waiters = 8;

    @Option(names = "--failovers", description = "Leaders of each that vanish (default ${DEFAULT-VALUE}).")
    private int failovers = 7;

    @Option(names = "--lease", description = "Seconds of a leader's lease (default ${DEFAULT-VALUE}).")
    private int leaseSeconds = 2;

    @Option(names = "--dir", description = "Where etcd keeps its data; a real disk (default: temporary).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    /** The next name; nothing is used twice. */
    private int names;

    /** Makes rivals of one kind. */
    private interface Kind {
        Rival rival(int port, Duration lease) throws Exception;
    }

    /** What is measured; returns nanoseconds for one of what it does. */
    private interface Measurement {
        double nanos(EtcdTarget etcd, Kind kind) throws Exception;
    }

    @Override
    public Integer call() throws Exception {
        PrintStream out = System.out;
        try (Workplace work = Workplace.in(directory);
                EtcdTarget etcd = EtcdTarget.start(work.path())) {
            out.printf(
                    Locale.ROOT,
                    "our recipes beside the Lock and Election services of etcd %s, one member; JDK %s, %d processors%n",
                    etcd.version(),
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors());
            duel(out, etcd, "lock and unlock, nobody else", "us", 1e3, rounds, this::alone);
            duel(out, etcd, "hand-over between " + waiters, "us", 1e3, rounds, this::inTurn);
            duel(out, etcd, "leader resigns, the next leads", "us", 1e3, rounds, this::resignation);
            duel(
                    out,
                    etcd,
                    "leader vanishes, lease " + leaseSeconds + " s, the next leads",
                    "ms",
                    1e6,
                    failovers,
                    this::failover);
        }
        return 0;
    }

    /** Measures both in turn and prints the medians and their ratio. */
    private static void duel(
            PrintStream out,
            EtcdTarget etcd,
            String what,
            String unit,
            double nanosAUnit,
            int times,
            Measurement measurement)
            throws Exception {
        Kind ours = (port, lease) -> new RecipeRival(port, lease).connected();
        Kind theirs = ServiceRival::new;
        List<Double> mine = new ArrayList<>();
        List<Double> its = new ArrayList<>();
        for (int round = 0; round <= times; round++) {
            double first = measurement.nanos(etcd, round % 2 == 0 ? ours : theirs);
            double second = measurement.nanos(etcd, round % 2 == 0 ? theirs : ours);
            if (round > 0) { // Before that they warm up.
                mine.add(round % 2 == 0 ? first : second);
                its.add(round % 2 == 0 ? second : first);
            }
        }
        out.printf(
                Locale.ROOT,
                "%s: baton %,.0f %s, service %,.0f %s = %.2fx%n",
                what,
                Quantile.median(mine) / nanosAUnit,
                unit,
                Quantile.median(its) / nanosAUnit,
                unit,
                Quantile.median(its) / Quantile.median(mine));
    }

    private double alone(EtcdTarget etcd, Kind kind) throws Exception {
        String path = "/bench-alone-" + names++;
        try (Rival rival = kind.rival(etcd.port(), LOCK_LEASE)) {
            long start = System.nanoTime();
            for (int at = 0; at < locks; at++) {
                rival.lock(path);
                rival.unlock();
            }
            return (System.nanoTime() - start) / (double) locks;
        }
    }

    private double inTurn(EtcdTarget etcd, Kind kind) throws Exception {
        String path = "/bench-turn-" + names++;
        List<Rival> rivals = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(waiters);
        try {
            for (int at = 0; at < waiters; at++) {
                rivals.add(kind.rival(etcd.port(), LOCK_LEASE));
            }
            AtomicInteger left = new AtomicInteger(locks);
            AtomicInteger inside = new AtomicInteger();
            long start = System.nanoTime();
            List<Future<Void>> turns = new ArrayList<>();
            for (Rival rival : rivals) {
                turns.add(threads.submit(() -> takeTurns(rival, path, left, inside)));
            }
            for (Future<Void> turn : turns) {
                turn.get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
            }
            return (System.nanoTime() - start) / (double) locks;
        } finally {
            threads.shutdownNow();
            for (Rival rival : rivals) {
                rival.close();
            }
        }
    }

    private static Void takeTurns(Rival rival, String path, AtomicInteger left, AtomicInteger inside) throws Exception {
        while (left.getAndDecrement() > 0) {
            rival.lock(path);
            if (inside.incrementAndGet() != 1) {
                throw new IllegalStateException("two hold " + path);
            }
            inside.decrementAndGet();
            rival.unlock();
        }
        return null;
    }

    private double resignation(EtcdTarget etcd, Kind kind) throws Exception {
        return succession(etcd, kind, LOCK_LEASE, Rival::resign);
    }

    private double failover(EtcdTarget etcd, Kind kind) throws Exception {
        return succession(etcd, kind, Duration.ofSeconds(leaseSeconds), Rival::vanish);
    }

    /** How a leader ends. */
    private interface Ending {
        void of(Rival leader) throws Exception;
    }

    private double succession(EtcdTarget etcd, Kind kind, Duration lease, Ending ending) throws Exception {
        String path = "/bench-leader-" + names++;
        try (Rival leader = kind.rival(etcd.port(), lease);
                Rival next = kind.rival(etcd.port(), lease)) {
            leader.lead(path).get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
            CompletableFuture<Long> succeeded = next.lead(path).thenApply(leads -> System.nanoTime());
            etcd.awaitKeysBelow(path, 2);
            long start = System.nanoTime();
            ending.of(leader);
            return succeeded.get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS) - start;
        }
    }
}
