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
    private static final int EPHEMERALS = 10_000;

    /** Each of 5,000 sessions, that come, come back and end. */
    private static final int CROWDS_WARMING = 4;

    private static final int CROWDS = 3;
    private static final int CROWD = 5_000;

    private Sessions() {}

    static List<Figure> endWithEphemerals(Target target) throws IOException {
        List<Double> millis = new ArrayList<>();
        CpuMeter cpu = new CpuMeter(target);
        for (int round = -ROUNDS_WARMING; round < ROUNDS; round++) {
            cpu.start();
            try (Admin admin = new Admin(target.address())) {
                createEphemerals(admin, EPHEMERALS);
                double took = millis(() -> admin.call(Request.CloseSession.INSTANCE));
                if (round >= 0) {
                    millis.add(took);
                }
            }
            cpu.stop(round >= 0);
        }
        return List.of(
                new Figure("to the answer", Quantile.median(millis), "ms"),
                cpu.each("an ephemeral, its creation included", (double) ROUNDS * EPHEMERALS));
    }

    static List<Figure> comeAndComeBack(Target target) throws IOException {
        List<String> paths =
                IntStream.range(0, 10).mapToObj(at -> "/trial/" + at).toList();
        List<Double> fresh = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        CpuMeter freshCpu = new CpuMeter(target);
        CpuMeter againCpu = new CpuMeter(target);
        int refusals = 0;
        byte[] watches = Workload.frame(new Request.SetWatches(Long.MAX_VALUE, paths, List.of(), List.of()));
        for (int round = -CROWDS_WARMING; round < CROWDS; round++) {
            try (Crowd crowd = new Crowd(target.address(), CROWD)) {
                freshCpu.start();
                double freshMillis = millis(crowd::connect);
                freshCpu.stop(round >= 0);
                crowd.cut();
                againCpu.start();
                double againMillis = millis(() -> {
                    crowd.connect();
                    crowd.say(watches);
                    crowd.awaitFrames(1);
                });
                againCpu.stop(round >= 0);
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
                freshCpu.each("a session", (double) CROWDS * CROWD),
                new Figure("all back with 10 watches each", Quantile.median(again), "ms"),
                againCpu.each("a session that is back", (double) CROWDS * CROWD),
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
