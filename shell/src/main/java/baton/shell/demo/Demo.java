package baton.shell.demo;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One run of the demo: starts the processes, follows them through the {@link Plot}, and judges the result.
 *
 * <p>Confined to the thread that calls {@link #run}. Nothing it started is left when that returns or throws, when the
 * process is interrupted, or when it is killed.
 */
public final class Demo {
    private static final int MASTERS = 2;
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final DemoOptions options;
    private final Screen screen;
    private final Path shownFrom = Path.of("").toAbsolutePath();
    private final String root = "/baton-demo-" + UUID.randomUUID();
    private int workersStarted;

    private Demo(DemoOptions options, Screen screen) {
        this.options = options;
        this.screen = screen;
    }

    /** Makes a run that is shown on a terminal, with a bar that moves. */
    public static Demo onTerminal(DemoOptions options, PrintStream out) {
        return new Demo(options, new Screen(out, Screen.Kind.TERMINAL));
    }

    /** Makes a run that prints plain lines. */
    public static Demo intoPipe(DemoOptions options, PrintStream out) {
        return new Demo(options, new Screen(out, Screen.Kind.PIPE));
    }

    /** Runs from first to last; OK only if the promise was kept. */
    public ExitCode run() throws InterruptedException {
        List<Path> files =
                options.paths().isEmpty() ? FileList.textOf(options.repository()) : FileList.under(options.paths());
        try (Troupe troupe = new Troupe()) {
            try {
                return options.servers().isPresent()
                        ? runAsGuest(troupe, options.servers().get(), files)
                        : runAtHome(troupe, files);
            } catch (CommandFailedException failed) {
                if (troupe.parts().isEmpty()) {
                    throw failed;
                }
                troupe.keepDirectory();
                throw new CommandFailedException(
                        failed.exitCode(), failed.getMessage() + " (logs are in " + troupe.directory() + ")", failed);
            } finally {
                screen.endProgress();
            }
        }
    }

    private ExitCode runAtHome(Troupe troupe, List<Path> files) throws InterruptedException {
        String servers = startServer(troupe);
        try (Store store = Store.open(servers)) {
            return perform(troupe, store, servers, files);
        }
    }

    /** Leaves the server as it was. */
    private ExitCode runAsGuest(Troupe troupe, String servers, List<Path> files) throws InterruptedException {
        try (Store store = Store.open(servers)) {
            try {
                return perform(troupe, store, servers, files);
            } finally {
                troupe.endApplication();
                store.deleteAll(root);
            }
        }
    }

    private String startServer(Troupe troupe) throws InterruptedException {
        PartProcess server = troupe.start(
                Role.SERVER,
                Role.SERVER.named(1),
                troupe.directory().resolve("data").toString());
        Report report = awaitFirst(troupe);
        if (report instanceof Report.Listening listening) {
            screen.say("server-1 (pid %d) listens on %s", server.pid(), listening.address());
            return listening.address();
        }
        throw new CommandFailedException(ExitCode.INTERNAL, "the server said " + report.line() + " first");
    }

    private static Report awaitFirst(Troupe troupe) throws InterruptedException {
        PartProcess.Notice first = troupe.next(START_PATIENCE);
        if (first == null) {
            throw new CommandFailedException(ExitCode.UNREACHABLE, "the server did not start in time");
        }
        return checked(first);
    }

    private ExitCode perform(Troupe troupe, Store store, String servers, List<Path> files) throws InterruptedException {
        Runnable startWorker = () -> troupe.start(
                Role.WORKER, Role.WORKER.named(++workersStarted), servers, root, Role.WORKER.named(workersStarted));
        Plot plot = new Plot(troupe, screen, files, shownFrom, options.failures(), startWorker);
        for (int i = 1; i <= MASTERS; i++) {
            troupe.start(Role.MASTER, Role.MASTER.named(i), servers, root, Role.MASTER.named(i));
        }
        for (int i = 0; i < options.workers(); i++) {
            startWorker.run();
        }
        PartProcess client = troupe.start(Role.CLIENT, Role.CLIENT.named(1), servers, root, Role.CLIENT.named(1));
        PartProcess leader = awaitReady(troupe, MASTERS + options.workers() + 1);
        screen.say(
                "%d masters, %d workers and a client are ready; %s (pid %d) leads",
                MASTERS, options.workers(), leader.name(), leader.pid());
        screen.say("%d files to do", files.size());

        plot.begin(client, leader);
        while (!plot.isOver()) {
            PartProcess.Notice notice = troupe.next(PATIENCE);
            if (notice == null) {
                throw new CommandFailedException(
                        ExitCode.PROBLEM, "nothing happened for " + PATIENCE.toSeconds() + " s: " + plot.standing());
            }
            plot.on(notice.from(), checked(notice));
        }
        screen.endProgress();
        return judge(plot.ledger(), store, troupe, files);
    }

    /** Waits until every part is ready and a master leads, and returns that. */
    private static PartProcess awaitReady(Troupe troupe, int parts) throws InterruptedException {
        PartProcess leader = null;
        int ready = 0;
        while (ready < parts || leader == null) {
            PartProcess.Notice notice = troupe.next(START_PATIENCE);
            if (notice == null) {
                throw new CommandFailedException(
                        ExitCode.UNREACHABLE,
                        ready + " of " + parts + " processes are ready, the others take too long");
            }
            Report report = checked(notice);
            ready += report instanceof Report.Ready ? 1 : 0;
            leader = report instanceof Report.Leading ? notice.from() : leader;
        }
        return leader;
    }

    private static Report checked(PartProcess.Notice notice) {
        if (notice.report() instanceof Report.Failed failed) {
            throw new CommandFailedException(ExitCode.PROBLEM, notice.from().name() + ": " + failed.why());
        }
        return notice.report();
    }

    private ExitCode judge(Ledger ledger, Store store, Troupe troupe, List<Path> files) throws InterruptedException {
        screen.print(new Totals(ledger.outcomes()).table(troupe.parts(), files.size()));
        Audit audit = new Audit();
        audit.compare(ledger, alone(files));
        audit.compare(ledger, store.tasksOf(root));
        if (audit.findings().isEmpty()) {
            screen.say("the same in a single process: equal; no task missing, none recorded twice");
            return ExitCode.OK;
        }
        audit.findings().forEach(finding -> screen.say("WRONG: %s", finding));
        return ExitCode.PROBLEM;
    }

    private static Map<String, FileFacts> alone(List<Path> files) {
        Map<String, FileFacts> facts = new LinkedHashMap<>();
        for (Path file : files) {
            try {
                facts.put(file.toString(), FileFacts.of(file));
            } catch (IOException unreadable) {
                throw new CommandFailedException(
                        ExitCode.PROBLEM, "cannot read " + file + ": " + unreadable.getMessage(), unreadable);
            }
        }
        return facts;
    }
}
