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
        Flood peak = Flood.of(target, keys, 16);
        long residentAtPeak = Heap.residentBytes(target.pid());
        Flood overload = Flood.of(target, keys, 160);
        long residentBefore = Heap.residentBytes(target.pid());
        CpuMeter cpu = new CpuMeter(target);
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
            cpu.start();
            Histogram beside = others.run(WINDOW_NANOS).latencyNanos();
            cpu.stop(true);
            return List.of(
                    Figure.gain(
                            "done at ten times the load, as a share of the peak",
                            100 * overload.perSecond / peak.perSecond,
                            "%"),
                    peak.cpu,
                    overload.cpu,
                    new Figure("resident beyond that at the peak", (residentBefore - residentAtPeak) / 1e6, "MB"),
                    new Figure("others' p99 beside 100 who never read", beside.getValueAtPercentile(99) / 1e6, "ms"),
                    cpu.each("an answer to the others", beside.getTotalCount()),
                    new Figure("others' p99 without", before.getValueAtPercentile(99) / 1e6, "ms"),
                    new Figure(
                            "resident beyond before, after so many questions",
                            (Heap.residentBytes(target.pid()) - residentBefore) / 1e6,
                            "MB"),
                    new Figure("questions taken from those who never read", asked, ""));
        }
    }

    /** What came of writes on so many connections. */
    private record Flood(double perSecond, Figure cpu) {
        static Flood of(Target target, Keys keys, int connections) throws IOException {
            try (Loader loader = new Loader(target.address(), connections, 16, Workload.W2.frames(keys))) {
                loader.run(WARM_UP_NANOS);
                CpuMeter cpu = new CpuMeter(target);
                cpu.start();
                Loader.Window window = loader.run(WINDOW_NANOS);
                cpu.stop(true);
                return new Flood(
                        window.perSecond(),
                        cpu.each("a write on " + connections + " connections", window.operations()));
            }
        }
    }
}
