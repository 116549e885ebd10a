package baton.bench;

import baton.protocol.OpCode;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server process under load: Baton or Apache ZooKeeper, with equal heap, collector and durability. */
final class Target implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(120);

    private static final long POLL_NANOS = 2_000_000;
    private static final int ANSWER_MILLIS_MAX = 1_000;

    // Apache's may accept a connection while it starts and never answer it: that is asked again, not waited for.
    private static final int START_ANSWER_MILLIS_MAX = 50;
    private static final String BATON = "baton";
    private static final String ZOOKEEPER = "zookeeper";
    private static final String CANNED = "canned";
    private static final String CONFIG = "zoo.cfg";

    /** Ours would take 2,000 new sessions at once and 500 a second; Apache's has no such limit unless asked for. */
    static final String NO_SESSION_LIMIT = "connection_throttle_tokens=0";

    private static final String SERVING = "*-serving.jar";

    /** The jars that {@code bin/baton server} has before all others. */
    static final List<String> JARS_OF_BATON = List.of(SERVING, "baton-shell-*.jar");

    /** The jars that come with Apache's server, as its script has no others, and this one with what its log is to be like. */
    private static final List<String> JARS_OF_ZOOKEEPER = List.of(
            "zookeeper-*.jar",
            "slf4j-api-*.jar",
            "logback-*.jar",
            "netty-*.jar",
            "snappy-*.jar",
            "metrics-core-*.jar",
            "commons-io-*.jar",
            "audience-*.jar",
            "baton-bench-*.jar");

    private final String name;
    private final InetSocketAddress address;
    private final Placement placement;
    private final List<String> jvm;
    private final List<String> program;
    private final Path log;
    private final List<String> configured;
    private Process process;
    private long startNanos;
    private long pastCpuMicros;
    private @Nullable Allocation allocation;

    private Target(
            String name,
            InetSocketAddress address,
            Placement placement,
            List<String> jvm,
            List<String> program,
            Path log)
            throws IOException {
        this.name = name;
        this.address = address;
        this.placement = placement;
        this.jvm = jvm;
        this.program = program;
        this.log = log;
        this.configured = Files.readAllLines(log.resolveSibling(CONFIG));
        launch();
    }

    /**
     * What both servers are given alike: a heap, in MiB, where they run, and whether the system has given them all of the
     * heap before they start.
     */
    record Machine(int heapMegabytes, Placement placement, boolean touched) {
        /** A heap of so many MiB, given as it is used, wherever the system runs it. */
        static Machine shared(int heapMegabytes) {
            return new Machine(heapMegabytes, Placement.SHARED, false);
        }

        /**
         * The same with all of its heap. Else who makes little garbage is measured in memory that is new to the process, and
         * who makes much in memory that it has been through long ago.
         */
        Machine touchedBefore() {
            return new Machine(heapMegabytes, placement, true);
        }
    }

    /**
     * Starts what {@code bin/baton server} starts.
     *
     * @param own lines of the configuration that only our server gets
     */
    static Target baton(Path directory, Machine machine, List<String> own) throws IOException {
        List<String> program = List.of("baton.shell.Main", "server");
        List<String> flags = List.of(
                "-Dbaton.log.level=WARN",
                "-Djava.library.path=" + libraries(),
                "-XX:Tier4InvocationThreshold=15000",
                "-XX:Tier4MinInvocationThreshold=1800",
                "-XX:Tier4CompileThreshold=45000",
                "-XX:Tier4BackEdgeThreshold=120000");
        return start(BATON, flags, program, directory, machine, own);
    }

    static Target zooKeeper(Path directory, Machine machine, Flavour flavour) throws IOException {
        List<String> program = List.of("org.apache.zookeeper.server.ZooKeeperServerMain");
        List<String> properties = new ArrayList<>(flavour.properties);
        properties.add("-Dlogback.configurationFile=bench-server-logback.xml");
        return start(ZOOKEEPER, properties, program, directory, machine, List.of());
    }

    /** Starts a server that gives answers of so many bytes and does nothing else. */
    static Target canned(Path directory, Machine machine, Map<OpCode, Integer> answerBytes) throws IOException {
        List<String> program = new ArrayList<>(List.of("baton.bench.CannedServer"));
        program.addAll(CannedServer.words(answerBytes));
        return start(CANNED, List.of(), program, directory, machine, List.of());
    }

    private static Target start(
            String name,
            List<String> properties,
            List<String> program,
            Path directory,
            Machine machine,
            List<String> own)
            throws IOException {
        InetSocketAddress address = freeAddress();
        Path config = writeConfig(directory, address, own);
        List<String> jvm = new ArrayList<>(machine.placement.serverPrefix());
        jvm.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + machine.heapMegabytes + "m",
                "-Xmx" + machine.heapMegabytes + "m",
                "-XX:+UseG1GC",
                "-Djdk.reflect.useNativeAccessorOnly=true"));
        if (machine.touched) {
            jvm.add("-XX:+AlwaysPreTouch");
        }
        jvm.addAll(properties);
        if (Runtime.version().feature() >= 24) {
            jvm.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        jvm.addAll(List.of("-cp", classPath(name)));
        List<String> words = new ArrayList<>(program);
        words.add(config.toString());
        return new Target(name, address, machine.placement, jvm, words, directory.resolve("server.log"));
    }

    /**
     * Returns our own class path, but with some jars first: a class is looked for in each jar before its own. Apache's server
     * looks for its log in all jars it has, and is given its own only.
     */
    private static String classPath(String name) {
        List<String> first = name.equals(ZOOKEEPER) ? JARS_OF_ZOOKEEPER : JARS_OF_BATON;
        List<String> jars =
                new ArrayList<>(List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
        if (name.equals(ZOOKEEPER)) {
            jars.removeIf(jar -> jar.endsWith(".jar") && place(jar, first) == first.size());
            jars.removeIf(jar -> isNamed(jar, SERVING));
        }
        jars.sort(Comparator.comparingInt(jar -> place(jar, first)));
        return String.join(File.pathSeparator, jars);
    }

    /** Where the launcher has a server find what Netty needs of the system, beside the jars. */
    private static Path libraries() throws IOException {
        try {
            Path jar = Path.of(Target.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.resolveSibling("native");
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static int place(String path, List<String> first) {
        int place = 0;
        while (place < first.size() && !isNamed(path, first.get(place))) {
            place++;
        }
        return place;
    }

    private static boolean isNamed(String path, String glob) {
        return FileSystems.getDefault()
                .getPathMatcher("glob:" + glob)
                .matches(Path.of(path).getFileName());
    }

    /**
     * From the next start on has our server's JVM take its classes from an archive, made as {@code bin/baton} makes it.
     * Apache's scripts make none, and its server starts as ever.
     */
    void useClassArchive() throws IOException {
        if (!name.equals(BATON)) {
            return;
        }
        boolean ahead = Runtime.version().feature() >= 25;
        Path archive = log.resolveSibling("classes");
        List<String> rehearsal = new ArrayList<>(jvm);
        rehearsal.add(rehearsal.size() - 2, (ahead ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive);
        rehearsal.addAll(List.of(
                "baton.shell.Rehearsal",
                Files.createDirectory(log.resolveSibling("rehearsal")).toString()));
        Process made = new ProcessBuilder(rehearsal)
                .redirectErrorStream(true)
                .redirectOutput(log.resolveSibling("rehearsal.log").toFile())
                .start();
        made.onExit().join();
        if (!Files.exists(archive)) {
            throw new IOException("made no archive of classes; " + log.resolveSibling("rehearsal.log") + " says why");
        }
        jvm.add(jvm.size() - 2, (ahead ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive);
    }

    private void launch() throws IOException {
        List<String> command = new ArrayList<>(jvm);
        command.addAll(program);
        long start = System.nanoTime();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Workplace.note(log, process);
        awaitServing();
        startNanos = System.nanoTime() - start;
    }

    /** Stops the server and starts it again on what it has stored. Its processor time counts from here. */
    void restart() throws IOException {
        pastCpuMicros += cpuMicros();
        close();
        launch();
    }

    /** From the next start on has the server read these lines in place of its own for the same keys, and none given earlier. */
    void configure(String... own) throws IOException {
        writeConfig(log.resolveSibling(CONFIG), Stream.concat(configured.stream(), Stream.of(own)));
    }

    /** Where the server has its data. */
    Path dataDirectory() {
        return log.resolveSibling("data");
    }

    /** Both servers read the same file, but for what is said to one alone. */
    private static Path writeConfig(Path directory, InetSocketAddress address, List<String> own) throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        List<String> lines = List.of(
                "tickTime=2000",
                "maxSessionTimeout=" + Loader.SESSION_TIMEOUT_MILLIS,
                "dataDir=" + data,
                "clientPortAddress=" + address.getHostString(),
                "clientPort=" + address.getPort(),
                "maxClientCnxns=0",
                "maxCnxns=0",
                NO_SESSION_LIMIT,
                "admin.enableServer=false",
                "4lw.commands.whitelist=srvr,mntr");
        return writeConfig(directory.resolve(CONFIG), Stream.concat(lines.stream(), own.stream()));
    }

    /** Of lines for the same key the last one counts. */
    private static Path writeConfig(Path file, Stream<String> lines) throws IOException {
        Map<String, String> byKey = new LinkedHashMap<>();
        lines.forEach(line -> byKey.put(key(line), line));
        return Files.write(file, byKey.values());
    }

    /** Returns the key of a line of a configuration. */
    static String key(String line) {
        return line.substring(0, (line + "=").indexOf('='));
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(probe.getInetAddress(), probe.getLocalPort());
        }
    }

    /** Ready is the first answered {@code srvr}: a server may accept connections before it has its data. */
    private void awaitServing() throws IOException {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (!answersSrvr()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IOException(name + " did not start serving; its log is " + log);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean answersSrvr() {
        try {
            return ask("srvr", START_ANSWER_MILLIS_MAX).contains("Mode:");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Returns a number that the server tells monitors. */
    double monitored(String key) throws IOException {
        return ask("mntr", ANSWER_MILLIS_MAX)
                .lines()
                .map(line -> line.split("\t"))
                .filter(fields -> fields.length == 2 && fields[0].equals(key))
                .mapToDouble(fields -> Double.parseDouble(fields[1]))
                .findFirst()
                .orElseThrow(() -> new IOException(name + " tells no " + key));
    }

    private String ask(String word, int answerMillisMax) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, 500);
            socket.setSoTimeout(answerMillisMax);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    String connectString() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** All that the server and who loads it run on. */
    List<Integer> processors() {
        return placement.processors();
    }

    long pid() {
        return process.pid();
    }

    /** From the start of the process to the first answer, for the last start. */
    long startNanos() {
        return startNanos;
    }

    /** Whether there is anything in it that was written to it. */
    boolean keepsNodes() {
        return !name.equals(CANNED);
    }

    /** Bytes that the living threads of the server process have allocated so far, 0 if it does not say. */
    long allocatedBytes() throws IOException {
        if (allocation == null) {
            allocation = Allocation.of(pid());
        }
        return allocation.bytes();
    }

    /** CPU time of the server's processes so far, those before the last restart too, in microseconds. */
    long wholeCpuMicros() throws IOException {
        return pastCpuMicros + cpuMicros();
    }

    /** CPU time of the server process so far, in microseconds. */
    long cpuMicros() throws IOException {
        return ProcessorTime.ofProcess(process.pid());
    }

    @Override
    public void close() {
        closeAllocation();
        Workplace.end(process);
    }

    private void closeAllocation() {
        if (allocation == null) {
            return;
        }
        try {
            allocation.close();
        } catch (IOException serverHasEnded) {
            // Nobody is left to be told.
        }
        allocation = null;
    }
}
