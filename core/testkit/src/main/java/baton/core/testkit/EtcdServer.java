package baton.core.testkit;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A member of an etcd cluster in a process of its own, on loopback ports that stay the same; alone unless an {@link
 * EtcdCluster} says otherwise.
 *
 * <p>The binary is the {@code etcd} of the path, or the one that {@code bin/install-etcd} has unpacked; tests that need
 * it begin with {@link #assumeInstalled}. Elections take half a second, so that leases of a second are granted. Asks the
 * server by its JSON gateway what a test wants to know past every core.
 */
public final class EtcdServer implements StoreServer {
    private static final Duration START_WAIT_MAX = Duration.ofSeconds(60);
    private static final Duration EXIT_WAIT_MAX = Duration.ofSeconds(20);
    private static final Duration ASK_WAIT_MAX = Duration.ofSeconds(10);
    private static final Path INSTALLED = Path.of(System.getProperty("user.home"), ".cache/baton/etcd/usr/bin/etcd");
    private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");
    /** The key {@code /} in Base64. */
    private static final String SOME_KEY = "{\"key\":\"Lw==\"}";

    /** Where a member is reached by clients and by other members. */
    record Ports(String name, LoopbackPort client, LoopbackPort peer) {
        static Ports claim(String name) {
            return new Ports(name, LoopbackPort.claim(), LoopbackPort.claim());
        }

        String peerUrl() {
            return "http://" + peer;
        }

        void giveUp() {
            client.close();
            peer.close();
        }
    }

    private final Ports ports;
    private final TemporaryDirectory directory;
    private final List<String> command;
    private final Map<String, Path> tls;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ASK_WAIT_MAX)
            .build();
    private final Thread undertaker = new Thread(this::destroy);
    private Process process;

    private EtcdServer(Ports ports, List<Ports> members, Map<String, Path> tls) {
        assumeInstalled();
        this.ports = ports;
        this.tls = tls;
        directory = TemporaryDirectory.named("etcd");
        command = command(members);
        Runtime.getRuntime().addShutdownHook(undertaker);
        process = launch();
    }

    /** The binary that tests can run. */
    public static Optional<Path> binary() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(
                        Stream.of(path.split(File.pathSeparator))
                                .filter(each -> !each.isEmpty())
                                .map(each -> Path.of(each, "etcd")),
                        Stream.of(INSTALLED))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Skips the test, and says how to have it run, if there is no etcd on this machine. */
    public static void assumeInstalled() {
        if (binary().isEmpty()) {
            String why =
                    "SKIPPED: no etcd on the path or at " + INSTALLED + "; run bin/install-etcd, or Maven with -Petcd";
            // A report hides why a class was skipped.
            System.err.println(why);
            Assumptions.abort(why);
        }
    }

    /** Starts a server with an empty data directory, which is removed in the end. Returns once it serves. */
    public static EtcdServer start() {
        Ports ports = Ports.claim("alone");
        EtcdServer server = new EtcdServer(ports, List.of(ports), Map.of());
        server.awaitService();
        return server;
    }

    /**
     * As {@link #start}, with TLS for clients.
     *
     * @param files the PEM files for {@code cert-file}, {@code key-file} and, if clients have to show certificates,
     *     {@code trusted-ca-file}
     */
    public static EtcdServer startWithTls(Map<String, Path> files) {
        Ports ports = Ports.claim("alone");
        return new EtcdServer(ports, List.of(ports), Map.copyOf(files));
    }

    /** Starts one of several; does not wait, because it serves only once most of them are there. */
    static EtcdServer member(Ports ports, List<Ports> members) {
        return new EtcdServer(ports, members, Map.of());
    }

    @Override
    public InetSocketAddress address() {
        return ports.client().address();
    }

    /** {@code etcd://host:port}. */
    @Override
    public String connectString() {
        return "etcd://" + ports.client();
    }

    public long pid() {
        return process.pid();
    }

    // ---- its life

    @Override
    public int stop() {
        process.destroy();
        awaitExit();
        return process.exitValue();
    }

    /** Kills the server. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Suspends the whole process; it can be resumed or killed. */
    @Override
    public void pause() {
        signal("STOP");
    }

    @Override
    public void resume() {
        signal("CONT");
    }

    /** Starts the server again on the same ports and data. Returns at once. */
    public void launchAgain() {
        process = launch();
    }

    @Override
    public void startAgain() {
        launchAgain();
        awaitService();
    }

    /** Waits until it serves: it knows a leader, and answers. */
    public void awaitService() {
        await("etcd on " + address())
                .atMost(START_WAIT_MAX)
                .pollInterval(Duration.ofMillis(50))
                .failFast("the server ended", () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("it printed:\n" + log());
                    }
                })
                .until(this::isServing);
    }

    private boolean isServing() {
        try {
            return get("/health").contains("true");
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        kill();
        ports.giveUp();
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException ending) {
            // Then the hook has nothing left to do.
        }
        directory.close();
    }

    // ---- what tests ask it

    /** The revision of its last change. */
    public long revision() {
        Matcher revision = REVISION.matcher(post("/v3/kv/range", SOME_KEY));
        if (!revision.find()) {
            throw new AssertionError("an answer without a revision");
        }
        return Long.parseLong(revision.group(1));
    }

    @Override
    public void forgetHistory() {
        compact();
    }

    /** Forgets all history up to now. */
    public void compact() {
        post("/v3/kv/compaction", "{\"revision\":\"" + revision() + "\",\"physical\":true}");
    }

    /** Ends a lease, given in hexadecimal digits as etcdctl shows it. */
    public void revokeLease(String hex) {
        post("/v3/lease/revoke", "{\"ID\":\"" + Long.parseUnsignedLong(hex, 16) + "\"}");
    }

    /** How many leases there are. */
    public int leases() {
        Matcher ids = Pattern.compile("\"ID\":").matcher(post("/v3/lease/leases", "{}"));
        return (int) ids.results().count();
    }

    /** How many watches clients have. */
    public long watchers() {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith("etcd_debugging_mvcc_watcher_total "))
                .map(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /** Sends a request in JSON, such as {@code /v3/auth/enable}; fails if it is refused. */
    public String post(String path, String body) {
        return post(path, body, Map.of());
    }

    /** As {@link #post(String, String)}, with headers. */
    public String post(String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return ask(request);
    }

    /** From now on only who logs in is answered, and root may do everything. Other users are made before. */
    public void requireLogin(String rootPassword) {
        post("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"" + rootPassword + "\"}");
        post("/v3/auth/role/add", "{\"name\":\"root\"}");
        post("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        post("/v3/auth/enable", "{}");
    }

    private String get(String path) {
        return ask(HttpRequest.newBuilder(uri(path)));
    }

    private URI uri(String path) {
        return URI.create("http://" + ports.client() + path);
    }

    private String ask(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer =
                    http.send(request.timeout(ASK_WAIT_MAX).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("etcd answered " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupt);
        }
    }

    /** What the server has printed. */
    public String log() {
        try {
            return Files.readString(directory.path().resolve("log"));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    // ---- inside

    private List<String> command(List<Ports> members) {
        String clientUrl = (tls.isEmpty() ? "http" : "https") + "://" + ports.client();
        List<String> cluster =
                members.stream().map(each -> each.name() + "=" + each.peerUrl()).toList();
        List<String> words = new ArrayList<>(List.of(binary().orElseThrow().toString()));
        words.addAll(List.of(
                "--name",
                ports.name(),
                "--data-dir",
                directory.path().resolve("data").toString()));
        words.addAll(List.of("--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl));
        words.addAll(List.of("--listen-peer-urls", ports.peerUrl()));
        words.addAll(List.of("--initial-advertise-peer-urls", ports.peerUrl()));
        words.addAll(List.of("--initial-cluster", String.join(",", cluster)));
        words.addAll(List.of("--heartbeat-interval", "50", "--election-timeout", "500"));
        tls.forEach((option, file) -> words.addAll(List.of("--" + option, file.toString())));
        if (tls.containsKey("trusted-ca-file")) {
            words.add("--client-cert-auth");
        }
        return words;
    }

    private Process launch() {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.path().resolve("log").toFile()))
                    .start();
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot run " + command, refused);
        }
    }

    private void destroy() {
        process.destroyForcibly();
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(EXIT_WAIT_MAX.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("etcd does not end");
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupt);
        }
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("cannot send " + name + " to etcd");
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupt);
        }
    }
}
