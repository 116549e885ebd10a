package baton.core.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A standalone znode server in a process of its own, on a loopback port that stays the same.
 *
 * <p>Takes the server from the class path of the caller: that of Baton needs {@code baton-server}, that of Apache {@code
 * org.apache.zookeeper:zookeeper}, {@code metrics-core}, {@code snappy-java} and a logging backend. All four-letter words
 * are allowed, nodes with a time to live are on, and session timeouts from 200 ms to 60 s are granted.
 */
public final class ServerProcess implements StoreServer {
    private static final Duration START_WAIT_MAX = Duration.ofSeconds(60);
    private static final int TICK_MILLIS = 100;

    private final Make make;
    private final Path directory;
    private final Runnable cleanUp;
    private final List<String> settings;
    private final List<String> jvmOptions;
    private final LoopbackPort port = LoopbackPort.claim();
    private JavaProcess process;

    /** Whose server it is. */
    private enum Make {
        BATON("baton.server.Main", List.of()),
        APACHE("org.apache.zookeeper.server.ZooKeeperServerMain", List.of("admin.enableServer=false"));

        private final String mainClass;
        private final List<String> settings;

        Make(String mainClass, List<String> settings) {
            this.mainClass = mainClass;
            this.settings = settings;
        }
    }

    private ServerProcess(Make make, Path directory, Runnable cleanUp, List<String> settings, List<String> jvmOptions) {
        this.make = make;
        this.directory = directory;
        this.cleanUp = cleanUp;
        this.settings = List.copyOf(settings);
        this.jvmOptions = List.copyOf(jvmOptions);
        try {
            this.process = launch();
        } catch (RuntimeException | Error notServing) {
            port.close();
            throw notServing;
        }
    }

    /** Starts a Baton server with an empty data directory, which is removed in the end. Returns once it serves. */
    public static ServerProcess baton() {
        return inDirectoryOfItsOwn(Make.BATON);
    }

    /**
     * Starts a Baton server on a data directory that exists and stays, with more lines in its configuration; they replace
     * what is said of the same keys.
     */
    public static ServerProcess baton(Path dataDirectory, List<String> settings) {
        return new ServerProcess(Make.BATON, dataDirectory, () -> {}, settings, List.of());
    }

    /** As {@link #baton()}, with Apache ZooKeeper's server. */
    public static ServerProcess apache() {
        return inDirectoryOfItsOwn(Make.APACHE);
    }

    /** Starts Apache ZooKeeper's server on a data directory that exists and stays. Returns once it serves. */
    public static ServerProcess apache(Path dataDirectory) {
        return apache(dataDirectory, List.of());
    }

    /** The same with more lines in its configuration; they replace what is said of the same keys. */
    public static ServerProcess apache(Path dataDirectory, List<String> settings) {
        return new ServerProcess(Make.APACHE, dataDirectory, () -> {}, settings, List.of());
    }

    /** As {@link #apache()}, with what its configuration cannot say. */
    public static ServerProcess apacheWithJvmOptions(String... jvmOptions) {
        return inDirectoryOfItsOwn(Make.APACHE, jvmOptions);
    }

    private static ServerProcess inDirectoryOfItsOwn(Make make, String... jvmOptions) {
        TemporaryDirectory directory = TemporaryDirectory.named("server-process");
        try {
            return new ServerProcess(make, directory.path(), directory::close, List.of(), List.of(jvmOptions));
        } catch (RuntimeException | Error notServing) {
            try {
                directory.close();
            } catch (RuntimeException left) {
                notServing.addSuppressed(left);
            }
            throw notServing;
        }
    }

    @Override
    public InetSocketAddress address() {
        return port.address();
    }

    /** {@code host:port}. */
    @Override
    public String connectString() {
        return port.toString();
    }

    public Path dataDirectory() {
        return directory;
    }

    public JavaProcess process() {
        return process;
    }

    @Override
    public int stop() {
        return process.terminate();
    }

    /** Kills the server. */
    public void kill() {
        process.kill();
    }

    @Override
    public void pause() {
        process.pause();
    }

    @Override
    public void resume() {
        process.resume();
    }

    @Override
    public void startAgain() {
        process.close();
        process = launch();
    }

    @Override
    public void close() {
        process.close();
        port.close();
        cleanUp.run();
    }

    private JavaProcess launch() {
        Path configuration = directory.resolve("zoo.cfg");
        List<String> lines = new ArrayList<>();
        lines.add("dataDir=" + directory);
        lines.add("clientPort=" + port.number());
        lines.add("clientPortAddress=" + port.address().getAddress().getHostAddress());
        lines.add("tickTime=" + TICK_MILLIS);
        lines.add("minSessionTimeout=" + 2 * TICK_MILLIS);
        lines.add("maxSessionTimeout=60000");
        lines.add("maxClientCnxns=0");
        lines.add("4lw.commands.whitelist=*");
        lines.add("extendedTypesEnabled=true");
        lines.addAll(make.settings);
        lines.addAll(settings);
        try {
            Files.write(configuration, lines);
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot write " + configuration, refused);
        }
        JavaProcess launched = JavaProcess.of(make.mainClass)
                .jvmOptions(jvmOptions.toArray(String[]::new))
                .arguments(configuration.toString())
                .start();
        try {
            awaitServing(launched);
        } catch (RuntimeException | Error notServing) {
            launched.close();
            throw notServing;
        }
        return launched;
    }

    private void awaitServing(JavaProcess launched) {
        await(make + " server on " + port)
                .atMost(START_WAIT_MAX)
                .pollInterval(Duration.ofMillis(20))
                .failFast("the server ended", () -> {
                    if (!launched.isAlive()) {
                        throw new AssertionError("it printed:\n" + String.join("\n", launched.lines()));
                    }
                })
                .until(() -> FourLetterWord.ask(port.address(), "srvr")
                        .filter(answer -> answer.contains("Mode: "))
                        .isPresent());
    }
}
