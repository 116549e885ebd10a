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

    private Sessions() {}

    static List<Figure> endWithEphemerals(Target target) throws IOException {
        List<Double> millis = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            try (Admin admin = new Admin(target.address())) {
                createEphemerals(admin, 10_000);
                long start = System.nanoTime();
                admin.call(Request.CloseSession.INSTANCE);
                millis.add((System.nanoTime() - start) / 1e6);
            }
        }
        return List.of(new Figure("to the answer", Duel.median(millis), "ms"));
    }

    static List<Figure> comeAndComeBack(Target target) throws IOException {
        List<String> paths =
                IntStream.range(0, 10).mapToObj(at -> "/trial/" + at).toList();
        try (Crowd crowd = new Crowd(target.address(), 5_000)) {
            long start = System.nanoTime();
            crowd.connect();
            double fresh = (System.nanoTime() - start) / 1e6;
            crowd.cut();
            start = System.nanoTime();
            crowd.connect();
            crowd.say(Workload.frame(new Request.SetWatches(Long.MAX_VALUE, paths, List.of(), List.of())));
            crowd.awaitFrames(1);
            double again = (System.nanoTime() - start) / 1e6;
            return List.of(
                    new Figure("all new", fresh, "ms"),
                    new Figure("all back with 10 watches each", again, "ms"),
                    new Figure("connections ended by the server", crowd.refusals(), ""));
        }
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
