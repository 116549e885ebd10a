package baton.shell.demo;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The course of one run: told what happens, it hands out the orders, kills whom the act demands, and says so.
 *
 * <p>The acts, each ended by what stands behind it:
 *
 * <pre>
 * FIRST_HALF    half of these tasks have begun                   the worker that began the last of them is killed
 * WORKER_LOST   another worker begins the dead one's task        the second half of the tasks is submitted
 * SECOND_HALF   a worker begins one of them                      the leading master is killed
 * LEADER_LOST   another master leads
 * TAKEN_OVER    a worker begins a task
 * LAST          all tasks are recorded
 * </pre>
 *
 * <p>The tasks come in two halves so that work is waiting when the leader dies, however fast the machine. Without
 * failures the last act is the only one. Confined to the main thread.
 */
final class Plot {
    private static final double NANOS_PER_SECOND = 1e9;

    private enum Act {
        FIRST_HALF,
        WORKER_LOST,
        SECOND_HALF,
        LEADER_LOST,
        TAKEN_OVER,
        LAST
    }

    private final Troupe troupe;
    private final Screen screen;
    private final List<Path> files;
    private final Path shownFrom;
    private final int firstHalf;
    private final Ledger ledger = new Ledger();
    private final Set<String> begun = new HashSet<>();
    private final Runnable replaceWorker;
    private Act act;
    private @Nullable PartProcess client;
    private @Nullable PartProcess leader;
    private String lostTask = "";
    private long killedNanos;

    /**
     * @param shownFrom file names are shown relative to it
     * @param replaceWorker starts another worker; asked for when the only one was killed
     */
    Plot(
            Troupe troupe,
            Screen screen,
            List<Path> files,
            Path shownFrom,
            DemoOptions.Failures failures,
            Runnable replaceWorker) {
        this.troupe = troupe;
        this.screen = screen;
        this.files = files;
        this.shownFrom = shownFrom;
        this.replaceWorker = replaceWorker;
        boolean peaceful = failures == DemoOptions.Failures.NONE;
        this.act = peaceful ? Act.LAST : Act.FIRST_HALF;
        this.firstHalf = peaceful ? files.size() : (files.size() + 1) / 2;
    }

    Ledger ledger() {
        return ledger;
    }

    boolean isOver() {
        return ledger.size() == files.size() && (act == Act.LAST || act == Act.TAKEN_OVER);
    }

    /** Begins: the client hears of the first files. */
    void begin(PartProcess submitting, PartProcess leading) {
        client = submitting;
        leader = leading;
        submit(submitting, files.subList(0, firstHalf));
    }

    private static void submit(PartProcess client, List<Path> some) {
        some.forEach(file -> client.order(ClientPart.SUBMIT, file.toString()));
    }

    void on(PartProcess from, Report report) {
        if (report instanceof Report.Leading) {
            leads(from);
        } else if (report instanceof Report.Halfway halfway && from.isAlive()) {
            halfway(from, halfway);
        } else if (report instanceof Report.Recorded recorded) {
            ledger.enter(recorded.outcome());
            screen.progress(ledger.size(), files.size());
        }
    }

    private void leads(PartProcess master) {
        leader = master;
        if (act == Act.LEADER_LOST) {
            screen.say("%s (pid %d) leads after %s", master.name(), master.pid(), sinceKill());
            act = Act.TAKEN_OVER;
        }
    }

    private void halfway(PartProcess worker, Report.Halfway task) {
        begun.add(task.task());
        switch (act) {
            case FIRST_HALF -> {
                if (begun.size() >= (firstHalf + 1) / 2) {
                    killWorker(worker, task);
                    return;
                }
            }
            case WORKER_LOST -> {
                if (task.task().equals(lostTask)) {
                    takenOver(worker, task);
                }
            }
            case SECOND_HALF -> killLeader();
            case TAKEN_OVER -> {
                screen.say("%s begins the first task the new leader handed out, after %s", worker.name(), sinceKill());
                act = Act.LAST;
            }
            case LEADER_LOST, LAST -> {}
        }
        worker.order(WorkerPart.GO_ON, task.task());
    }

    private void killWorker(PartProcess worker, Report.Halfway task) {
        worker.kill();
        killedNanos = System.nanoTime();
        lostTask = task.task();
        act = Act.WORKER_LOST;
        screen.say("killed %s (pid %d) halfway through %s", worker.name(), worker.pid(), shown(task.file()));
        if (troupe.living(Role.WORKER).isEmpty()) {
            screen.say("it was the only worker: starting another");
            replaceWorker.run();
        }
    }

    private void takenOver(PartProcess worker, Report.Halfway task) {
        screen.say("%s took over %s after %s", worker.name(), shown(task.file()), sinceKill());
        act = Act.SECOND_HALF;
        if (firstHalf == files.size()) {
            killLeader();
        } else if (client != null) {
            submit(client, files.subList(firstHalf, files.size()));
        }
    }

    private void killLeader() {
        PartProcess dying = leader;
        if (dying == null) {
            return;
        }
        dying.kill();
        killedNanos = System.nanoTime();
        act = Act.LEADER_LOST;
        int open = files.size() - ledger.size();
        screen.say("killed %s (pid %d), which led, with %d tasks to be done", dying.name(), dying.pid(), open);
    }

    private String sinceKill() {
        return String.format(Locale.ROOT, "%.2f s", (System.nanoTime() - killedNanos) / NANOS_PER_SECOND);
    }

    private String shown(String file) {
        Path path = Path.of(file);
        return path.startsWith(shownFrom) ? shownFrom.relativize(path).toString() : file;
    }

    /** Says where it stands, for when it does not go on. */
    String standing() {
        return "act " + act + ", " + ledger.size() + " of " + files.size() + " tasks recorded";
    }
}
