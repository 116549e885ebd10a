package baton.server;

import baton.server.config.ConfigException;
import baton.server.config.ConfigReport;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What signals do to the process of a server, from before it reads its data, which may take minutes. SIGTERM and SIGINT stop it
 * cleanly, with 0, at any time. SIGHUP has certificates read again, by a server that loads once it serves.
 *
 * <p>Signals come on threads of their own.
 */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);
    private static final long STOP_MILLIS_MAX = 10_000;

    private final List<String> arguments;
    private final PrintStream err;
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** Cancelled if there is to be none any more. */
    private final CompletableFuture<BatonServer> begun = new CompletableFuture<>();

    /** @param arguments of the server, read again to see what was changed */
    Signals(List<String> arguments, PrintStream err) {
        this.arguments = arguments;
        this.err = err;
    }

    /** From now on they do what they are for. */
    void heed() {
        heed("TERM", signal -> stop());
        heed("INT", signal -> stop());
        heed("HUP", signal -> reload());
    }

    private static void heed(String name, SignalHandler handler) {
        try {
            Signal.handle(new Signal(name), handler);
        } catch (IllegalArgumentException e) {
            log.debug("no SIG{} here because={}", name, e.getMessage());
        }
    }

    /** They are for this server from now on. Returns false if one has come that stops the process, which then ends by itself. */
    boolean begun(BatonServer server) {
        return begun.complete(server);
    }

    /** Says whether one has come that stops the process. */
    boolean isStopping() {
        return stopping.get();
    }

    /** Also says what else was changed and needs a restart. */
    void reload() {
        if (!begun.isDone()) {
            err.println("SIGHUP: the server loads its data; certificates are read again once it serves");
        }
        var unused = begun.thenAccept(server -> {
            server.reload();
            err.println("SIGHUP: certificates are read again; " + changes(server.report()));
        });
    }

    private String changes(ConfigReport inForce) {
        try {
            ConfigReport now = ServerArguments.parse(arguments, Main.sources()).report();
            List<String> changed = inForce.changedIn(now);
            return changed.isEmpty()
                    ? "the configuration has not changed"
                    : "a restart is needed for " + String.join(", ", changed);
        } catch (ServerArguments.UsageException | ConfigException e) {
            return "a restart would be refused:\n" + e.getMessage();
        }
    }

    /**
     * Stops the server and then, with a success, the process; what others want to do at its end, such as writing down a flight
     * recording, is done as well. All that may take ten seconds.
     */
    private void stop() {
        if (stopping.compareAndSet(false, true)) {
            Thread stopper = new Thread(() -> System.exit(stop(this::end, err).code()), "baton-stop");
            stopper.start();
            haltAfter(STOP_MILLIS_MAX, stopper);
        }
    }

    /** Whoever still loads has promised nothing to anybody, and may be killed at any time: there is nothing to close. */
    private void end() {
        if (begun.cancel(false)) {
            err.println("stopped before it served: what was acknowledged is on the disk");
        } else {
            begun.join().close();
        }
    }

    /** Stops what is to be stopped; nobody is left but this to say why it failed. */
    static ExitCode stop(Runnable close, PrintStream err) {
        try {
            close.run();
            return ExitCode.OK;
        } catch (RuntimeException | Error failure) {
            err.println("failed to stop: " + failure + "; what was acknowledged is on the disk");
            log.error("failed to stop", failure);
            return ExitCode.INTERNAL;
        }
    }

    private void haltAfter(long millis, Thread stopper) {
        try {
            stopper.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean isLate = stopper.isAlive();
        err.println((isLate ? "not stopped within " + millis + " ms" : "failed to stop")
                + ", and ended all the same: what was acknowledged is on the disk");
        Runtime.getRuntime().halt((isLate ? ExitCode.OK : ExitCode.INTERNAL).code());
    }
}
