package baton.bench;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What is not a stream of equal requests: fan-out of events, many sessions, starts, memory. Each gives figures of which less is better. */
enum Trial {
    W10("events of one node to 1,000 watching connections") {
        @Override
        List<Figure> run(Target target) throws IOException {
            double[] millis = new double[ROUNDS];
            try (Crowd crowd = new Crowd(target.address(), 1_000);
                    Admin admin = new Admin(target.address())) {
                admin.ensure(NODE);
                crowd.connect();
                for (int round = -ROUNDS_WARMING; round < ROUNDS; round++) {
                    crowd.say(Workload.frame(new Request.GetData(NODE, true)));
                    crowd.awaitFrames(1);
                    long start = System.nanoTime();
                    admin.call(new Request.SetData(NODE, VALUE, -1));
                    crowd.awaitFrames(1);
                    if (round >= 0) {
                        millis[round] = (System.nanoTime() - start) / 1e6;
                    }
                }
            }
            return List.of(new Figure("write to last event", median(millis), "ms"));
        }
    },
    W11("end of a session with 10,000 ephemerals") {
        @Override
        List<Figure> run(Target target) throws IOException {
            double[] millis = new double[5];
            for (int round = 0; round < millis.length; round++) {
                try (Admin admin = new Admin(target.address())) {
                    createEphemerals(admin, 10_000);
                    long start = System.nanoTime();
                    admin.call(Request.CloseSession.INSTANCE);
                    millis[round] = (System.nanoTime() - start) / 1e6;
                }
            }
            return List.of(new Figure("to the answer", median(millis), "ms"));
        }
    },
    W12("5,000 sessions") {
        @Override
        List<Figure> run(Target target) throws IOException {
            try (Crowd crowd = new Crowd(target.address(), 5_000)) {
                long start = System.nanoTime();
                crowd.connect();
                double fresh = (System.nanoTime() - start) / 1e6;
                crowd.cut();
                start = System.nanoTime();
                crowd.connect();
                crowd.say(Workload.frame(
                        new Request.SetWatches(Long.MAX_VALUE, paths(10).toList(), List.of(), List.of())));
                crowd.awaitFrames(1);
                double again = (System.nanoTime() - start) / 1e6;
                return List.of(
                        new Figure("all new", fresh, "ms"),
                        new Figure("all back with 10 watches each", again, "ms"),
                        new Figure("connections ended by the server", crowd.refusals(), ""));
            }
        }
    },
    W15("restart") {
        @Override
        List<Figure> run(Target target) throws IOException {
            try (Admin admin = new Admin(target.address())) {
                new Keys("/restart", 500_000).createAll(admin, VALUE);
            }
            target.restart();
            double first = target.startNanos() / 1e9;
            target.restart();
            return List.of(
                    new Figure("500,000 nodes, as they were written", first, "s"),
                    new Figure("500,000 nodes, once more", target.startNanos() / 1e9, "s"));
        }
    },
    W16("heap after a collection") {
        @Override
        List<Figure> run(Target target) throws IOException {
            List<Figure> figures = new ArrayList<>();
            try (Admin admin = new Admin(target.address())) {
                new Keys("/small", 1_000).createAll(admin, VALUE);
                long before = Heap.liveBytes(target.pid());
                new Keys("/full", NODES).createAll(admin, VALUE);
                before = add(figures, "a node of 100 B", target, before, NODES);
                new Keys("/empty", NODES).createAll(admin, Bytes.EMPTY);
                before = add(figures, "an empty node", target, before, NODES);
                createEphemerals(admin, EPHEMERALS);
                before = add(figures, "an ephemeral", target, before, EPHEMERALS);
                watchAll(admin);
                before = add(figures, "a watch of its own node", target, before, WATCHES);
                try (Crowd crowd = new Crowd(target.address(), 10_000)) {
                    crowd.connect();
                    before = add(figures, "an idle connection", target, before, 10_000);
                    crowd.say(Workload.frame(new Request.Exists("/small", true)));
                    crowd.awaitFrames(1);
                    add(figures, "a watch of one node by all", target, before, 10_000);
                }
            }
            return figures;
        }
    },
    W17("start on an empty directory") {
        @Override
        List<Figure> run(Target target) throws IOException {
            double[] seconds = new double[5];
            for (int round = 0; round < seconds.length; round++) {
                target.restart();
                seconds[round] = target.startNanos() / 1e9;
            }
            return List.of(
                    new Figure("to the first answer", median(seconds), "s"),
                    new Figure("resident, idle", Heap.residentBytes(target.pid()) / 1e6, "MB"),
                    new Figure("threads", Heap.threads(target.pid()), ""));
        }
    };

    private static final String NODE = "/trial";
    private static final Bytes VALUE =
            Bytes.wrap("v".repeat(Workload.DATA_BYTES).getBytes(StandardCharsets.US_ASCII));
    private static final int ROUNDS = 30;
    private static final int ROUNDS_WARMING = 30;
    private static final int NODES = 200_000;
    private static final int EPHEMERALS = 20_000;
    private static final int WATCHES = 50_000;
    private static final int BATCH = 1_000;

    private final String title;

    Trial(String title) {
        this.title = title;
    }

    /** One thing that was measured. Less is better. */
    record Figure(String what, double value, String unit) {}

    abstract List<Figure> run(Target target) throws IOException;

    String line(Figure ours, Figure theirs) {
        String values = String.format(
                Locale.ROOT,
                "%s %s, %s: %,.2f vs %,.2f %s",
                name(),
                title,
                ours.what,
                ours.value,
                theirs.value,
                ours.unit);
        return ours.value == 0 ? values : values + String.format(Locale.ROOT, " = %.1fx", theirs.value / ours.value);
    }

    private static java.util.stream.Stream<String> paths(int count) {
        return IntStream.range(0, count).mapToObj(at -> NODE + "/" + at);
    }

    private static long add(List<Figure> figures, String what, Target target, long before, int count)
            throws IOException {
        long now = Heap.liveBytes(target.pid());
        figures.add(new Figure(what, (double) (now - before) / count, "B"));
        return now;
    }

    private static void createEphemerals(Admin admin, int count) throws IOException {
        admin.ensure("/ephemeral");
        for (int from = 0; from < count; from += BATCH) {
            admin.callAll(IntStream.range(from, from + BATCH)
                    .mapToObj(at -> (Request)
                            new Request.Create("/ephemeral/e" + at, Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL))
                    .toList());
        }
    }

    private static void watchAll(Admin admin) throws IOException {
        List<String> paths = new Keys("/full", NODES).paths().toList();
        for (int from = 0; from < WATCHES; from += BATCH) {
            admin.callAll(paths.subList(from, from + BATCH).stream()
                    .map(path -> (Request) new Request.GetData(path, true))
                    .toList());
        }
    }

    private static double median(double[] values) {
        return Duel.median(Arrays.stream(values).boxed().toList());
    }
}
