package baton.bench;

import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** How long events take to reach those who watch, and what others feel meanwhile. */
final class FanOut {
    private static final int ROUNDS = 30;

    /** Of a write and 1,000 reads: after as many nothing becomes faster. */
    private static final int ROUNDS_WARMING = 300;

    /** Of 1,000 writes: after as many nothing becomes faster. */
    private static final int THOUSANDS_WARMING = 25;

    private static final int THOUSANDS = 15;
    private static final int HEAVY_ROUNDS = 10;
    private static final long QUIET_NANOS = 4_000_000_000L;

    private FanOut() {}

    static List<Figure> toAThousand(Target target) throws IOException {
        String node = "/watched";
        try (Crowd crowd = new Crowd(target.address(), 1_000);
                Admin admin = new Admin(target.address())) {
            admin.ensure(node);
            for (int thousand = 0; thousand < 20; thousand++) {
                admin.callAll(Collections.nCopies(1_000, set(node)));
            }
            crowd.gather();
            Rounds rounds = new Rounds(target);
            for (int round = -ROUNDS_WARMING; round < ROUNDS; round++) {
                crowd.say(Workload.frame(new Request.GetData(node, true)));
                crowd.awaitFrames(1);
                rounds.begin();
                admin.call(set(node));
                crowd.awaitFrames(1);
                rounds.end(round >= 0);
            }
            return rounds.figures("write to last event", 1_000);
        }
    }

    static List<Figure> ofAThousandNodes(Target target) throws IOException {
        int watched = 10;
        List<String> nodes = children("/many", 1_000);
        try (Crowd crowd = new Crowd(target.address(), 1_000);
                Admin admin = new Admin(target.address())) {
            ensureAll(admin, "/many", nodes);
            crowd.gather();
            Rounds rounds = new Rounds(target);
            for (int round = -THOUSANDS_WARMING; round < THOUSANDS; round++) {
                crowd.sayEach(client -> watches(IntStream.range(0, watched)
                        .mapToObj(at -> nodes.get((client * watched + at) % nodes.size()))
                        .toList()));
                crowd.awaitFrames(watched);
                rounds.begin();
                admin.callAll(nodes.stream().map(FanOut::set).toList());
                crowd.awaitFrames(watched);
                rounds.end(round >= 0);
            }
            return rounds.figures("1,000 writes to last event", 1_000 * watched);
        }
    }

    static List<Figure> underRecursiveWatches(Target target) throws IOException {
        int each = 1_000;
        List<String> nodes = children("/above", each);
        try (Crowd crowd = new Crowd(target.address(), 100);
                Admin admin = new Admin(target.address())) {
            ensureAll(admin, "/above", nodes);
            for (String node : nodes) {
                admin.ensure(node + "/below");
            }
            crowd.gather();
            WireWriter all = new WireWriter();
            for (String node : nodes) {
                byte[] frame = Workload.frame(new Request.AddWatch(node, AddWatchMode.PERSISTENT_RECURSIVE));
                all.raw(frame, 0, frame.length);
            }
            crowd.say(all.toArray());
            crowd.awaitFrames(each);
            Rounds rounds = new Rounds(target);
            for (int round = -THOUSANDS_WARMING; round < THOUSANDS; round++) {
                rounds.begin();
                admin.callAll(nodes.stream().map(node -> set(node + "/below")).toList());
                crowd.awaitFrames(each);
                rounds.end(round >= 0);
            }
            return rounds.figures("1,000 writes to last event", 100 * each);
        }
    }

    /** Ten nodes that 10,000 connections watch change in one transaction, while somebody else writes. */
    static List<Figure> besideWrites(Target target) throws IOException {
        List<String> nodes = children("/heavy", 10);
        try (Crowd crowd = new Crowd(target.address(), 10_000);
                Admin admin = new Admin(target.address());
                Prober prober = new Prober(target.address(), "/probed")) {
            ensureAll(admin, "/heavy", nodes);
            crowd.gather();
            byte[] arming = watches(nodes);
            Histogram quiet = prober.probe(() -> prober.await(QUIET_NANOS));
            quiet = prober.probe(() -> prober.await(QUIET_NANOS));
            Histogram beside = new Histogram(3);
            Rounds rounds = new Rounds(target);
            for (int round = -2; round < HEAVY_ROUNDS; round++) {
                crowd.say(arming);
                crowd.awaitFrames(nodes.size());
                rounds.begin();
                Histogram felt = prober.probe(() -> {
                    admin.call(new Request.Multi(nodes.stream()
                            .map(node -> (Request.MultiOp) new Request.SetData(node, Bytes.EMPTY, -1))
                            .toList()));
                    crowd.awaitFrames(nodes.size());
                });
                rounds.end(round >= 0);
                if (round >= 0) {
                    beside.add(felt);
                }
            }
            List<Figure> figures = new ArrayList<>(rounds.figures("write to last event", 100_000));
            figures.add(new Figure("p50 of a write meanwhile", beside.getValueAtPercentile(50) / 1e6, "ms"));
            figures.add(
                    new Figure("p99 of a write meanwhile", beside.getValueAtPercentile(99) / 1e6, "ms").wanted(1, 2));
            figures.add(new Figure("longest write meanwhile", beside.getMaxValue() / 1e6, "ms").wanted(2, 4));
            figures.add(new Figure("p99 of a write without", quiet.getValueAtPercentile(99) / 1e6, "ms"));
            return figures;
        }
    }

    /** Times rounds, and adds up the processor time that they take the server. */
    private static final class Rounds {
        private final CpuMeter cpu;
        private final List<Double> millis = new ArrayList<>();
        private long startedNanos;

        Rounds(Target target) {
            cpu = new CpuMeter(target);
        }

        void begin() throws IOException {
            cpu.start();
            startedNanos = System.nanoTime();
        }

        void end(boolean counts) throws IOException {
            double took = (System.nanoTime() - startedNanos) / 1e6;
            cpu.stop(counts);
            if (counts) {
                millis.add(took);
            }
        }

        List<Figure> figures(String what, int events) {
            return List.of(
                    new Figure(what, Quantile.median(millis), "ms"),
                    cpu.each("an event", (double) millis.size() * events));
        }
    }

    private static List<String> children(String parent, int count) {
        return IntStream.range(0, count).mapToObj(at -> parent + "/n" + at).toList();
    }

    private static void ensureAll(Admin admin, String parent, List<String> nodes) throws IOException {
        admin.ensure(parent);
        for (String node : nodes) {
            admin.ensure(node);
        }
    }

    private static Request set(String node) {
        return new Request.SetData(node, Workload.VALUE, -1);
    }

    private static byte[] watches(List<String> nodes) {
        WireWriter all = new WireWriter();
        for (String node : nodes) {
            byte[] frame = Workload.frame(new Request.GetData(node, true));
            all.raw(frame, 0, frame.length);
        }
        return all.toArray();
    }
}
