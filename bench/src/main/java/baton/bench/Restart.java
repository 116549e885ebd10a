package baton.bench;

import baton.protocol.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Starts, snapshots, and a server that holds much. */
final class Restart {
    private static final String WITH_ARCHIVE = ", ours with an archive of its classes";
    private static final int AGAIN = 3;
    private static final int RECORDS = 100_000;
    private static final int BATCH = 1_000;

    /** Transactions between two snapshots: as few as there may be, and more than there are. */
    private static final int AT_ONCE = 2;

    private static final int RARELY = 100_000_000;
    private static final int ON_NOTHING = 9;
    private static final int SNAPSHOTS = 3;
    private static final String SNAPSHOT_COUNT = "zk_cnt_snapshottime";
    private static final String SNAPSHOT_MILLIS = "zk_sum_snapshottime";
    private static final long WINDOW_NANOS = 200_000_000;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private Restart() {}

    static List<Figure> onNothing(Target target) throws IOException {
        List<Figure> figures = new ArrayList<>();
        addIdle(figures, "", target);
        target.useClassArchive();
        addIdle(figures, WITH_ARCHIVE, target);
        figures.add(new Figure("threads", Heap.threads(target.pid()), ""));
        return figures;
    }

    private static void addIdle(List<Figure> figures, String how, Target target) throws IOException {
        addStarts(figures, "to the first answer" + how, ON_NOTHING, target);
        figures.add(new Figure("resident, idle", Heap.residentBytes(target.pid()) / 1e6, "MB"));
    }

    /** Starts so often, and adds how long that took and what it cost: in the middle of all times. */
    private static void addStarts(List<Figure> figures, String what, int times, Target target) throws IOException {
        List<Double> seconds = new ArrayList<>();
        List<Double> cpuSeconds = new ArrayList<>();
        for (int round = 0; round < times; round++) {
            target.restart();
            seconds.add(target.startNanos() / 1e9);
            cpuSeconds.add(target.cpuMicros() / 1e6);
        }
        figures.add(new Figure(what, Quantile.median(seconds), "s"));
        figures.add(new Figure("server CPU of that", Quantile.median(cpuSeconds), "s"));
    }

    static List<Figure> withHalfAMillion(Target target) throws IOException {
        List<Figure> figures = behindASnapshotAndAgain(target, new Keys("/restart", 500_000));
        target.useClassArchive();
        addStarts(figures, "start again" + WITH_ARCHIVE, AGAIN, target);
        return figures;
    }

    static List<Figure> withTwoMillion(Target target) throws IOException {
        return behindASnapshotAndAgain(target, new Keys("/restart", 2_000_000));
    }

    /** Records behind a snapshot of all nodes, for both servers as many; then starts that find a snapshot and next to nothing else. */
    private static List<Figure> behindASnapshotAndAgain(Target target, Keys keys) throws IOException {
        try (Admin admin = new Admin(target.address())) {
            keys.createAll(admin, Workload.VALUE);
        }
        forceSnapshot(target, keys);
        target.configure("snapCount=" + RARELY);
        target.restart();
        String snapshot = SnapshotFiles.in(target.dataDirectory()).newest();
        try (Admin admin = new Admin(target.address())) {
            for (int written = 0; written < RECORDS; written += BATCH) {
                write(admin, keys, BATCH);
            }
        }
        List<Figure> figures = new ArrayList<>();
        if (!SnapshotFiles.in(target.dataDirectory()).newest().equals(snapshot)) {
            throw new IOException(target.name() + " wrote another snapshot: not so many records are behind it");
        }
        addStarts(figures, "start, 100,000 records behind the snapshot", 1, target);
        forceSnapshot(target, keys);
        target.configure();
        addStarts(figures, "start again", AGAIN, target);
        return figures;
    }

    /** Has the server write one of all that is there: when asked to by a few writes, for it is told to after as few. */
    private static void forceSnapshot(Target target, Keys keys) throws IOException {
        target.configure("snapCount=" + AT_ONCE);
        target.restart();
        double before = target.monitored(SNAPSHOT_COUNT);
        long end = System.nanoTime() + PATIENCE_NANOS;
        try (Admin admin = new Admin(target.address())) {
            while (target.monitored(SNAPSHOT_COUNT) == before) {
                if (System.nanoTime() > end) {
                    throw new IOException(target.name() + " writes no snapshot");
                }
                write(admin, keys, AT_ONCE);
            }
        }
    }

    private static void write(Admin admin, Keys keys, int count) throws IOException {
        admin.callAll(IntStream.range(0, count)
                .mapToObj(at -> (Request) new Request.SetData(keys.path(at), Workload.VALUE, -1))
                .toList());
    }

    /** A server that finds a long log writes a snapshot once it has started: so the first start is like no other. */
    private static List<Figure> asWrittenAndAgain(Target target, Keys keys) throws IOException {
        try (Admin admin = new Admin(target.address())) {
            keys.createAll(admin, Workload.VALUE);
        }
        List<Figure> figures = new ArrayList<>();
        addStarts(figures, "start, as they were written", 1, target);
        addStarts(figures, "start again", AGAIN, target);
        return figures;
    }

    /** In the heap of both, 1 GiB unless told otherwise. */
    static List<Figure> aMillionAndTheirClients(Target target) throws IOException {
        Keys keys = new Keys("/million", 1_000_000);
        List<Figure> figures = asWrittenAndAgain(target, keys);
        try (Crowd crowd = new Crowd(target.address(), 10_000);
                Loader loader = new Loader(target.address(), 16, 1, Workload.W5.frames(keys))) {
            crowd.gather();
            crowd.say(Workload.frame(new Request.Exists(keys.root(), true)));
            crowd.awaitFrames(1);
            figures.add(new Figure("connections ended by the server", crowd.refusals(), ""));
            figures.add(
                    new Figure("live heap with all connected and watching", Heap.liveBytes(target.pid()) / 1e6, "MB"));
            figures.add(new Figure("resident", Heap.residentBytes(target.pid()) / 1e6, "MB"));
            loader.run(10 * WINDOW_NANOS);
            CpuMeter cpu = new CpuMeter(target);
            cpu.start();
            Loader.Window window = loader.run(20 * WINDOW_NANOS);
            cpu.stop(true);
            figures.add(new Figure("p99 of getData 16x1", window.micros(99) / 1e3, "ms"));
            figures.add(cpu.each("a getData", window.operations()));
        }
        return figures;
    }

    /**
     * Tells windows in which a snapshot was written from others by the files. Apache's server leaves it to the system when its
     * snapshots reach the disk, ours does not: each is forced from here once it is written, and that time is added.
     */
    static List<Figure> snapshotsBesideWrites(Target target) throws IOException {
        Keys keys = new Keys("/snapshot", 500_000);
        try (Admin admin = new Admin(target.address())) {
            keys.createAll(admin, Workload.VALUE);
        }
        Keys written = new Keys(keys.root(), 10_000);
        Histogram quiet = new Histogram(3);
        Histogram beside = new Histogram(3);
        List<Double> forceMillis = new ArrayList<>();
        CpuMeter cpu = new CpuMeter(target);
        double writeMillis;
        try (Loader loader = new Loader(target.address(), 16, 4, Workload.W2.frames(written))) {
            loader.run(10 * WINDOW_NANOS);
            long end = System.nanoTime() + PATIENCE_NANOS;
            SnapshotFiles before = SnapshotFiles.in(target.dataDirectory());
            double count = target.monitored(SNAPSHOT_COUNT);
            double millis = target.monitored(SNAPSHOT_MILLIS);
            cpu.start();
            while (forceMillis.size() < SNAPSHOTS && System.nanoTime() < end) {
                Histogram window = loader.run(WINDOW_NANOS).latencyNanos();
                SnapshotFiles now = SnapshotFiles.in(target.dataDirectory());
                (now.equals(before) ? quiet : beside).add(window);
                before = now;
                if (target.monitored(SNAPSHOT_COUNT) > count + forceMillis.size()) {
                    forceMillis.add(now.forceNewest(target.dataDirectory()));
                }
            }
            cpu.stop(true);
            writeMillis = (target.monitored(SNAPSHOT_MILLIS) - millis) / (target.monitored(SNAPSHOT_COUNT) - count);
        }
        double forced = Quantile.median(forceMillis);
        return List.of(
                new Figure(
                        "to write one and have it forced (by this benchmark after the server)",
                        writeMillis + forced,
                        "ms"),
                new Figure("the latter part of that", forced, "ms"),
                new Figure("p99 of a write while one is written", beside.getValueAtPercentile(99) / 1e6, "ms"),
                new Figure("p99.9", beside.getValueAtPercentile(99.9) / 1e6, "ms"),
                new Figure("p99 of a write otherwise", quiet.getValueAtPercentile(99) / 1e6, "ms"),
                new Figure("share of the writes beside snapshots", share(beside, quiet), "%"),
                cpu.each("a write, with its share of the snapshots", beside.getTotalCount() + quiet.getTotalCount()));
    }

    private static double share(Histogram part, Histogram rest) {
        return 100.0 * part.getTotalCount() / (part.getTotalCount() + rest.getTotalCount());
    }
}
