package baton.server;

import baton.server.config.ConfigException;
import baton.server.config.ConfigReport;
import baton.server.config.ConfigSources;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.config.Supervisor;
import baton.server.runtime.ServerThreads;
import baton.server.storage.Disk;
import baton.server.storage.HaltFile;
import baton.server.storage.StorageException;
import baton.server.transport.SocketIo;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server in the foreground: {@code server [zoo.cfg] [--listen HOST:PORT] [--data-dir DIRECTORY] [--lenient]}.
 *
 * <p>The first line on standard output says {@code listening on HOST:PORT (standalone, data DIRECTORY)}; scripts depend
 * on it, and nothing follows it there. A server that cannot start says why on standard error, a line for each thing that
 * is wrong, and ends with an {@link ExitCode}. For signals see {@link Signals}.
 *
 * <p>Started by systemd with {@code Type=notify}, it says that its start gets on, when it is ready and, to a watchdog, that it
 * lives.
 */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        ExitCode code = run(List.of(arguments), System.out, System.err);
        // Not exit(): whoever waits for a disk that fails must not keep the process.
        if (code != ExitCode.OK) {
            Runtime.getRuntime().halt(code.code());
        }
    }

    /** Says whether {@link #run} would know what each of the arguments means, whatever it then thinks of them. */
    public static boolean knows(List<String> arguments) {
        try {
            ServerArguments.Words.of(arguments);
            return true;
        } catch (ServerArguments.UsageException e) {
            return false;
        }
    }

    /** Runs a server until a signal or a failure ends it; for launchers that have parsed their own part. */
    public static ExitCode run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            return started(arguments, out, err);
        } catch (RuntimeException | Error bug) {
            // Else the JVM would tell of it, and end with 1, by which scripts know what was refused.
            log.error("failed to start", bug);
            return stopped(bug, Optional.empty(), err);
        }
    }

    private static ExitCode started(List<String> arguments, PrintStream out, PrintStream err) {
        // Netty would load the flight recorder to tell it of every buffer: a tenth of the time that a start takes.
        System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
        // And it would watch some for leaks, which is for tests: three hundredths of the processor time of a lone read.
        System.getProperties().putIfAbsent("io.netty.leakDetection.level", "disabled");
        // It would make an allocator ready that nobody uses, and ask all network cards for the name of a channel.
        System.getProperties().putIfAbsent("io.netty.allocator.type", "pooled");
        System.getProperties().putIfAbsent("io.netty.machineId", "00:00:00:00:00:00");
        System.getProperties().putIfAbsent("io.netty.processId", "0");
        skipSearchForSelectors();
        // From here on, for these are read when it is loaded.
        ServerThreads.ahead(() -> prepareSockets(arguments));
        Signals signals = new Signals(arguments, err);
        BatonServer server;
        Optional<HaltFile> halts;
        try {
            ServerArguments parsed = ServerArguments.parse(arguments, sources());
            for (String each : parsed.remarks()) {
                err.println(each);
            }
            System.getProperties()
                    .putIfAbsent(
                            "io.netty.allocator.maxOrder",
                            bufferOrderMax(parsed.settings().limits()));
            ServerThreads.ahead(
                    () -> SocketIo.rehearse(parsed.settings().limits().transport()));
            halts = parsed.settings().storage() instanceof StorageSettings.Files files
                    ? Optional.of(new HaltFile(Disk.ofSystem(), files.logDir()))
                    : Optional.empty();
            if (halts.isPresent() && halts.get().isTooMany(System.currentTimeMillis())) {
                err.println("the disk has failed a server three times within ten minutes: look after it; then delete "
                        + halts.get().path() + ", or wait for ten minutes, and start again");
                return ExitCode.STAYS_DOWN;
            }
            signals.heed();
            server = BatonServer.start(parsed.settings(), HostProcess.ofServer(parsed.report(), supervisor()));
        } catch (ServerArguments.UsageException e) {
            err.println(e.getMessage());
            err.println(ServerArguments.USAGE);
            return ExitCode.USAGE;
        } catch (ConfigException e) {
            e.problems().forEach(err::println);
            return ExitCode.CONFIGURATION;
        } catch (StartFailedException e) {
            err.println(e.getMessage());
            return e.exitCode();
        }
        return serve(server, signals, halts, out, err);
    }

    /**
     * Whoever names a transport may not want the library of the usual one; he learns only when that is read what he gets. So
     * the configuration is read twice: to make sense of all of it, which the start does meanwhile, takes as long as to load
     * the library, and would have to be waited for. Who changes the file in between has it loaded for nothing, or not ahead.
     */
    private static void prepareSockets(List<String> arguments) {
        if (!ServerArguments.mention("baton.transport", arguments, sources())) {
            SocketIo.prepare();
        }
    }

    /** Else the JDK would open every jar to see whether there are selectors of somebody else in it: a tenth of a start. */
    private static void skipSearchForSelectors() {
        String selectors = "sun.nio.ch.EPollSelectorProvider";
        try {
            Class.forName(selectors, false, null);
            System.getProperties().putIfAbsent("java.nio.channels.spi.SelectorProvider", selectors);
        } catch (ClassNotFoundException elsewhere) {
            log.debug("selectors are looked for because={}", elsewhere.toString());
        }
    }

    /**
     * Netty takes memory for buffers in pieces of 8 KiB shifted by this, the first of them before anybody has connected: of
     * 2 MiB, not 4 as by default, unless frames may be too large for such a piece and would each be allocated alone.
     */
    static String bufferOrderMax(LimitSettings limits) {
        return Math.max(limits.frameBytesMax(), limits.listBytesMax()) < 2 << 20 ? "8" : "9";
    }

    /**
     * Returns where each setting of a server would come from that was started with this file, or without one.
     *
     * @param lenient whether keys that nobody knows are only warnings
     * @throws ConfigException with everything that keeps it from starting
     */
    public static ConfigReport report(Optional<Path> file, boolean lenient) throws ConfigException {
        List<String> arguments = new ArrayList<>();
        file.ifPresent(each -> arguments.add(each.toString()));
        if (lenient) {
            arguments.add("--lenient");
        }
        try {
            return ServerArguments.parse(arguments, sources()).report();
        } catch (ServerArguments.UsageException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static ServerSettings settings(List<String> arguments) throws ServerArguments.UsageException, ConfigException {
        return ServerArguments.parse(arguments, sources()).settings();
    }

    /** Returns what this process was given beside a file. */
    public static ConfigSources sources() {
        Map<String, String> properties = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            properties.put(name, System.getProperty(name));
        }
        return ConfigSources.of(properties, System.getenv());
    }

    /** A bug from here on ends a server that has begun. */
    static ExitCode serve(
            BatonServer server, Signals signals, Optional<HaltFile> halts, PrintStream out, PrintStream err) {
        try {
            return served(server, signals, halts, out, err);
        } catch (RuntimeException | Error bug) {
            log.error("stopped", bug);
            BatonServer.after(bug, server::close);
            return stopped(bug, halts, err);
        }
    }

    private static ExitCode served(
            BatonServer server, Signals signals, Optional<HaltFile> halts, PrintStream out, PrintStream err) {
        // Before the line: who reads it may send a signal at once.
        if (!signals.begun(server)) {
            return ExitCode.OK;
        }
        out.println("listening on " + server.listening());
        out.flush();
        server.reportReady();
        Throwable failure = server.awaitFailure();
        if (failure == null || signals.isStopping()) {
            return ExitCode.OK;
        }
        return stopped(failure, halts, err);
    }

    /** Says what has ended a server; if it was the disk, to the next one, too. */
    static ExitCode stopped(Throwable failure, Optional<HaltFile> halts, PrintStream err) {
        err.println("stopped: " + reason(failure));
        if (failure instanceof StorageException && halts.isPresent()) {
            remember(halts.get(), err);
        }
        return ExitCode.INTERNAL;
    }

    private static String reason(Throwable failure) {
        if (failure instanceof LinkageError) {
            return failure + ": jars of this server are missing, or were replaced while it ran; start it again";
        }
        if (!(failure instanceof OutOfMemoryError)) {
            return failure.toString();
        }
        return "out of memory (" + failure.getMessage()
                + "): what was acknowledged is on the disk; give the server more, as"
                + " by -Xmx in SERVER_JVMFLAGS, which bounds the heap and what its sockets take beside it";
    }

    /** Mostly there is none, and then the JDK need not find out which process this is: it takes milliseconds of a start. */
    private static Optional<Supervisor> supervisor() {
        Map<String, String> environment = System.getenv();
        return environment.containsKey(Supervisor.SOCKET)
                ? Supervisor.of(environment, ProcessHandle.current().pid())
                : Optional.empty();
    }

    /** The disk that has just failed may never answer: what it does not take within half a second is not waited for. */
    private static void remember(HaltFile halts, PrintStream err) {
        long nowMillis = System.currentTimeMillis();
        try {
            CompletableFuture.runAsync(() -> {
                        try {
                            halts.add(nowMillis);
                        } catch (StorageException e) {
                            throw new CompletionException(e);
                        }
                    })
                    .get(500, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            err.println("cannot note the halt in " + halts.path() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
