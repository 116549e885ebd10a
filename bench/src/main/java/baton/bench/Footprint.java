package baton.bench;

import baton.protocol.Bytes;
import baton.protocol.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What each kind of thing takes of the heap: the difference that many of them make. */
final class Footprint {
    private static final int NODES = 200_000;
    private static final int DEEP_NODES = 100_000;
    private static final int EPHEMERALS = 20_000;
    private static final int WATCHES = 50_000;
    private static final int CONNECTIONS = 10_000;
    private static final int BATCH = 1_000;

    private final Target target;
    private final List<Figure> figures = new ArrayList<>();
    private long before;
    private CpuMeter cpu;

    private Footprint(Target target) {
        this.target = target;
        cpu = new CpuMeter(target);
    }

    static List<Figure> eachKind(Target target) throws IOException {
        Footprint footprint = new Footprint(target);
        footprint.run();
        return footprint.figures;
    }

    private void run() throws IOException {
        try (Admin admin = new Admin(target.address())) {
            new Keys("/small", 1_000).createAll(admin, Workload.VALUE);
            measure();
            new Keys("/full", NODES).createAll(admin, Workload.VALUE);
            add("a node of 100 B", NODES);
            new Keys("/empty", NODES).createAll(admin, Bytes.EMPTY);
            add("an empty node", NODES);
            for (int depth : new int[] {5, 10}) {
                Keys.atDepth(depth, DEEP_NODES).createAll(admin, Bytes.EMPTY);
                add("an empty node at depth " + depth, DEEP_NODES);
            }
            Sessions.createEphemerals(admin, EPHEMERALS);
            add("an ephemeral", EPHEMERALS);
            watchAll(admin);
            add("a watch of its own node", WATCHES);
            try (Crowd crowd = new Crowd(target.address(), CONNECTIONS)) {
                crowd.gather();
                add("an idle connection", CONNECTIONS);
                crowd.say(Workload.frame(new Request.Exists("/small", true)));
                crowd.awaitFrames(1);
                add("a watch of one node by all", CONNECTIONS);
            }
        }
    }

    /** Adds what each of so many takes of the heap, and what it took to make it since the last measurement. */
    private void add(String what, int count) throws IOException {
        cpu.stop(true);
        Figure making = cpu.each("of making it", count);
        long former = before;
        measure();
        figures.add(new Figure(what, (double) (before - former) / count, "B"));
        figures.add(making);
    }

    private void measure() throws IOException {
        before = Heap.liveBytes(target.pid());
        cpu = new CpuMeter(target);
        cpu.start();
    }

    private static void watchAll(Admin admin) throws IOException {
        List<String> paths = new Keys("/full", NODES).paths().toList();
        for (int from = 0; from < WATCHES; from += BATCH) {
            admin.callAll(paths.subList(from, from + BATCH).stream()
                    .map(path -> (Request) new Request.GetData(path, true))
                    .toList());
        }
    }
}
