package baton.bench;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Sessions that come, come back and end. */
final class Sessions {
    private static final int BATCH = 1_000;

    /** After as many nothing becomes faster. */
    private static final int ROUNDS_WARMING = 40;

    private static final int ROUNDS = 21;

    /** Each of 5,000 sessions, that come, come back and end. */
    private static final int CROWDS_WARMING = 4;

    private static final int CROWDS = 3;

    private Sessions() {}

    static List<Figure> endWithEphemerals(Target target) throws IOException {
        List<Double> millis = new ArrayList<>();
        for (int round = -ROUNDS_WARMING; round < ROUNDS; round++) {
            try (Admin admin = new Admin(target.address())) {
                createEphemerals(admin, 10_000);
                long start = System.nanoTime();
                admin.call(Request.CloseSession.INSTANCE);
                if (round >= 0) {
                    millis.add((System.nanoTime() - start) / 1e6);
                }
            }
        }
        return List.of(new Figure("to the answer", Quantile.median(millis), "ms"));
    }

    static List<Figure> comeAndComeBack(Target target) throws IOException {
        List<String> paths =
                IntStream.range(0, 10).mapToObj(at -> "/trial/" + at).toList();
        List<Double> fresh = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        int refusals = 0;
        byte[] watches = Workload.frame(new Request.SetWatches(Long.MAX_VALUE, paths, List.of(), List.of()));
        for (int round = -CROWDS_WARMING; round < CROWDS; round++) {
            try (Crowd crowd = new Crowd(target.address(), 5_000)) {
                double freshMillis = millis(crowd::connect);
                crowd.cut();
                double againMillis = millis(() -> {
                    crowd.connect();
                    crowd.say(watches);
                    crowd.awaitFrames(1);
                });
                crowd.end();
                if (round >= 0) {
                    fresh.add(freshMillis);
                    again.add(againMillis);
                    refusals += crowd.refusals();
                }
            }
        }
        return List.of(
                new Figure("all new", Quantile.median(fresh), "ms"),
                new Figure("all back with 10 watches each", Quantile.median(again), "ms"),
                new Figure("connections refused or not answered", refusals, ""));
    }

    private interface Step {
        void take() throws IOException;
    }

    private static double millis(Step step) throws IOException {
        long start = System.nanoTime();
        step.take();
        return (System.nanoTime() - start) / 1e6;
    }

    /** Creates so many ephemerals, a multiple of a thousand. */
    static void createEphemerals(Admin admin, int count) throws IOException {
        admin.ensure("/ephemeral");
        for (int from = 0; from < count; from += BATCH) {
            admin.callAll(IntStream.range(from, from + BATCH)
                    .mapToObj(at -> (Request)
                            new Request.Create("/ephemeral/e" + at, Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL))
                    .toList());
        }
    }
}
