package baton.bench;

import baton.protocol.Request;
import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Ten times as much as the server can do, and clients that never read what they asked for. */
final class Overload {
    private static final long WARM_UP_NANOS = 4_000_000_000L;
    private static final long WINDOW_NANOS = 5_000_000_000L;
    private static final int SILENT = 100;
    private static final int ASKED_AT_ONCE = 500;
    private static final int ASKED = 10_000;

    private Overload() {}

    static List<Figure> tenfoldAndSilent(Target target) throws IOException {
        Keys keys = new Keys("/overload", 10_000);
        try (Admin admin = new Admin(target.address())) {
            keys.createAll(admin, Workload.VALUE);
        }
        double peak = perSecond(target, keys, 16);
        double overloaded = perSecond(target, keys, 160);
        long residentBefore = Heap.residentBytes(target.pid());
        try (Loader others = new Loader(target.address(), 16, 1, Workload.W5.frames(keys));
                Crowd silent = new Crowd(target.address(), SILENT)) {
            others.run(WARM_UP_NANOS);
            Histogram before = others.run(WINDOW_NANOS).latencyNanos();
            silent.gather();
            byte[] question = Workload.frame(new Request.GetData(keys.path(0), false));
            long asked = 0;
            for (int round = 0; round < ASKED / ASKED_AT_ONCE; round++) {
                asked += silent.askWithoutListening(question, ASKED_AT_ONCE);
            }
            Histogram beside = others.run(WINDOW_NANOS).latencyNanos();
            return List.of(
                    Figure.gain("done at ten times the load, as a share of the peak", 100 * overloaded / peak, "%"),
                    new Figure("others' p99 beside 100 who never read", beside.getValueAtPercentile(99) / 1e6, "ms"),
                    new Figure("others' p99 without", before.getValueAtPercentile(99) / 1e6, "ms"),
                    new Figure(
                            "resident beyond before, after so many questions",
                            (Heap.residentBytes(target.pid()) - residentBefore) / 1e6,
                            "MB"),
                    new Figure("questions taken from those who never read", asked, ""));
        }
    }

    private static double perSecond(Target target, Keys keys, int connections) throws IOException {
        try (Loader loader = new Loader(target.address(), connections, 16, Workload.W2.frames(keys))) {
            loader.run(WARM_UP_NANOS);
            return loader.run(WINDOW_NANOS).perSecond();
        }
    }
}
