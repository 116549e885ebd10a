package baton.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One member of etcd in a process of its own, as it is configured by default; data and log are in a directory. */
final class EtcdTarget implements AutoCloseable {
    private static final Path INSTALLED = Path.of(System.getProperty("user.home"), ".cache/baton/etcd/usr/bin/etcd");
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
    private static final long LOOK_NANOS = 20_000_000;
    private static final Pattern COUNT = Pattern.compile("\"count\":\"(\\d+)\"");
    private static final Pattern VERSION = Pattern.compile("\"etcdserver\":\"([^\"]+)\"");

    private final int port;
    private final Process process;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_MAX)
            .build();

    private EtcdTarget(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Starts it, and returns once it serves.
     *
     * @throws IOException also if there is no etcd on this machine; says how to get it
     */
    static EtcdTarget start(Path directory) throws IOException, InterruptedException {
        int client = freePort();
        String clientUrl = "http://127.0.0.1:" + client;
        String peerUrl = "http://127.0.0.1:" + freePort();
        Path log = directory.resolve("etcd.log");
        Process process = new ProcessBuilder(List.of(
                        binary().toString(),
                        "--data-dir=" + directory.resolve("etcd"),
                        "--listen-client-urls=" + clientUrl,
                        "--advertise-client-urls=" + clientUrl,
                        "--listen-peer-urls=" + peerUrl,
                        "--initial-advertise-peer-urls=" + peerUrl,
                        "--initial-cluster=default=" + peerUrl))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Workplace.note(log, process);
        EtcdTarget target = new EtcdTarget(client, process);
        target.awaitServing(log);
        return target;
    }

    private static Path binary() throws IOException {
        Stream<Path> onPath = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each, "etcd"));
        return Stream.concat(onPath, Stream.of(INSTALLED))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IOException("no etcd on the path or at " + INSTALLED + "; run bin/install-etcd first"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void awaitServing(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        while (!isServing()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IOException("etcd did not start serving; its log is " + log);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean isServing() throws InterruptedException {
        try {
            return ask(request("/health")).contains("true");
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    String version() throws IOException, InterruptedException {
        Matcher version = VERSION.matcher(ask(request("/version")));
        return version.find() ? version.group(1) : "unknown";
    }

    /**
     * Waits until there are so many keys below a path.
     *
     * @throws IOException if that takes too long
     */
    void awaitKeysBelow(String path, int wanted) throws IOException, InterruptedException {
        // What follows '/' is '0'.
        String body = "{\"key\":\"" + base64(path + "/") + "\",\"range_end\":\"" + base64(path + "0")
                + "\",\"count_only\":true}";
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        for (int count = count(body); count != wanted; count = count(body)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("there are " + count + " keys below " + path + ", not " + wanted);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private int count(String range) throws IOException, InterruptedException {
        Matcher count = COUNT.matcher(ask(request("/v3/kv/range").POST(HttpRequest.BodyPublishers.ofString(range))));
        return count.find() ? Integer.parseInt(count.group(1)) : 0;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER_MAX);
    }

    private String ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        Workplace.end(process);
    }
}
