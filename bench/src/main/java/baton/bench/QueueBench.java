package baton.bench;

import baton.client.ZnodeCore;
import baton.embedded.EmbeddedCore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tasks a second from one producer to some consumers: our queue on both servers, and Curator's beside it. */
@Command(
        name = "queue",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Tasks a second through a MasterWorkerQueue, beside Curator's DistributedQueue, in turn.")
public final class QueueBench implements Callable<Integer> {
    @Option(names = "--tasks", description = "Tasks a run (default ${DEFAULT-VALUE}).")
    private int tasks = 4_000;

    @Option(names = "--rounds", description = "Runs of each, in turn (default ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(names = "--consumers", description = "How many take the tasks (default ${DEFAULT-VALUE}).")
    private int consumers = 4;

    @Option(names = "--heap", description = "Heap of each server in MiB (default ${DEFAULT-VALUE}).")
    private int heapMegabytes = 512;

    @Option(names = "--dir", description = "Where the servers keep their data; a real disk (default: temporary).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    /** One of those that are measured in turn. */
    private record Entrant(String name, TaskFlow flow, List<Double> perSecond) {
        Entrant(String name, TaskFlow flow) {
            this(name, flow, new ArrayList<>());
        }
    }

    @Override
    public Integer call() throws Exception {
        PrintStream out = System.out;
        Target.Machine machine = Target.Machine.shared(heapMegabytes).touchedBefore();
        try (Workplace work = Workplace.in(directory);
                Target baton = Target.baton(work.path().resolve("baton"), machine, List.of());
                Target zooKeeper = Target.zooKeeper(work.path().resolve("zookeeper"), machine, Flavour.DEFAULT);
                EmbeddedCore embedded = EmbeddedCore.inMemory()) {
            List<Entrant> entrants = List.of(
                    new Entrant("baton on embedded", onBaton(embedded.connectString())),
                    new Entrant("baton on baton", onBaton(baton.connectString())),
                    new Entrant("baton on zookeeper", onBaton(zooKeeper.connectString())),
                    new Entrant(
                            "curator on zookeeper",
                            new CuratorFlow(zooKeeper.connectString(), "/bench-curator", consumers)));
            out.printf(
                    Locale.ROOT,
                    "W13 queue 1:%d, %,d tasks a run, %d runs each in turn; JDK %s, %d processors%n",
                    consumers,
                    tasks,
                    rounds,
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors());
            measure(entrants);
            double curators = Quantile.median(entrants.get(entrants.size() - 1).perSecond());
            for (Entrant entrant : entrants) {
                double mine = Quantile.median(entrant.perSecond());
                out.printf(
                        Locale.ROOT,
                        "W13 queue, %s: %,.0f tasks/s = %.1fx curator on zookeeper%n",
                        entrant.name(),
                        mine,
                        mine / curators);
            }
            for (Entrant entrant : entrants) {
                entrant.flow().close();
            }
        }
        return 0;
    }

    private TaskFlow onBaton(String connectString) throws Exception {
        return new BatonFlow(() -> ZnodeCore.connect(connectString), "/bench-queue", consumers);
    }

    private void measure(List<Entrant> entrants) throws Exception {
        for (Entrant entrant : entrants) {
            entrant.flow().run(tasks);
        }
        for (int round = 0; round < rounds; round++) {
            for (int at = 0; at < entrants.size(); at++) {
                Entrant entrant = entrants.get(round % 2 == 0 ? at : entrants.size() - 1 - at);
                entrant.perSecond().add(tasks * 1e9 / entrant.flow().run(tasks));
            }
        }
    }
}
