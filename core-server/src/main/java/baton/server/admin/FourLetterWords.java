package baton.server.admin;

import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.Words;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The words monitoring tools send instead of a first length: {@code ruok}, {@code srvr}, {@code stat}, {@code mntr},
 * {@code isro}, {@code conf} and {@code envi}, in the shape Apache ZooKeeper answers them.
 */
public final class FourLetterWords implements Words {
    /** What we stand in for, which tools parse, and what we are. */
    private static final String VERSION = "3.9.5-baton-0.1.0";

    private static final String WORDS_OF_ZOOKEEPER =
            "conf cons crst dirs dump envi gtmk hash isro mntr ruok srst srvr stat stmk wchc wchp wchs";

    private final ServerStatus status;

    @Inject
    FourLetterWords(ServerStatus status) {
        this.status = status;
    }

    @Override
    public @Nullable String answer(int first, InetAddress from) {
        byte[] bytes = {(byte) (first >> 24), (byte) (first >> 16), (byte) (first >> 8), (byte) first};
        String word = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!isWord(word)) {
            return null;
        }
        if (!status.settings().words().allows(word, from.isLoopbackAddress())) {
            return word + " is not executed because it is not in the whitelist.\n";
        }
        return switch (word) {
            case "ruok" -> "imok";
            case "isro" -> "rw";
            case "srvr" -> serverText("");
            case "stat" -> serverText("Clients:\n\n");
            case "mntr" -> monitored();
            case "conf" -> configuration();
            case "envi" -> environment();
            default -> word + " is not supported by this server.\n";
        };
    }

    private static boolean isWord(String word) {
        return word.chars().allMatch(letter -> letter >= 'a' && letter <= 'z') && WORDS_OF_ZOOKEEPER.contains(word);
    }

    private String serverText(String clients) {
        ServerStatus.Numbers now = status.numbers();
        return "Zookeeper version: " + VERSION + ", built on 2026-11-21 00:00 UTC\n"
                + clients
                + "Latency min/avg/max: 0/" + average(now) + "/" + now.latencyMaxMillis() + "\n"
                + "Received: " + now.received() + "\n"
                + "Sent: " + now.sent() + "\n"
                + "Connections: " + now.connections() + "\n"
                + "Outstanding: " + now.outstanding() + "\n"
                + "Zxid: 0x" + Long.toHexString(now.lastZxid()) + "\n"
                + "Mode: standalone\n"
                + "Node count: " + shownNodes(now) + "\n";
    }

    private String monitored() {
        ServerStatus.Numbers now = status.numbers();
        StringBuilder text = new StringBuilder();
        line(text, "version", VERSION + ", built on 2026-11-21 00:00 UTC");
        line(text, "server_state", "standalone");
        line(text, "ephemerals_count", now.ephemerals());
        line(text, "num_alive_connections", now.connections());
        line(text, "avg_latency", average(now));
        line(text, "min_latency", 0);
        line(text, "max_latency", now.latencyMaxMillis());
        line(text, "outstanding_requests", now.outstanding());
        line(text, "znode_count", shownNodes(now));
        line(text, "global_sessions", now.sessions());
        line(text, "local_sessions", 0);
        line(text, "watch_count", now.watches());
        line(text, "packets_sent", now.sent());
        line(text, "packets_received", now.received());
        line(text, "approximate_data_size", now.contentBytes());
        line(text, "uptime", now.uptimeMillis());
        return text.toString();
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append("zk_").append(key).append('\t').append(value).append('\n');
    }

    private String configuration() {
        ServerSettings settings = status.settings();
        LimitSettings limits = settings.limits();
        StringBuilder text = new StringBuilder();
        text.append("clientPort=").append(status.port()).append('\n');
        text.append("secureClientPort=-1\n");
        if (settings.storage() instanceof StorageSettings.Files files) {
            text.append("dataDir=").append(files.dataDir().resolve("version-2")).append('\n');
            text.append("dataLogDir=")
                    .append(files.logDir().resolve("version-2"))
                    .append('\n');
        }
        text.append("tickTime=").append(settings.sessions().tickMillis()).append('\n');
        text.append("maxClientCnxns=").append(limits.connectionsPerAddressMax()).append('\n');
        text.append("minSessionTimeout=")
                .append(settings.sessions().minTimeoutMillis())
                .append('\n');
        text.append("maxSessionTimeout=")
                .append(settings.sessions().maxTimeoutMillis())
                .append('\n');
        text.append("clientPortListenBacklog=").append(limits.listenBacklog()).append('\n');
        text.append("serverId=0\n");
        return text.toString();
    }

    private static String environment() {
        Runtime runtime = Runtime.getRuntime();
        Map<String, String> entries = new TreeMap<>();
        entries.put("zookeeper.version", VERSION);
        entries.put("java.version", Runtime.version().toString());
        entries.put("os.processors", Integer.toString(runtime.availableProcessors()));
        entries.put("os.memory.free", mebibytes(runtime.freeMemory()));
        entries.put("os.memory.max", mebibytes(runtime.maxMemory()));
        entries.put("os.memory.total", mebibytes(runtime.totalMemory()));
        StringBuilder text = new StringBuilder("Environment:\n");
        entries.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + "MB";
    }

    /** Up to four decimals, and at least one. */
    private static String average(ServerStatus.Numbers now) {
        String text = String.format(Locale.ROOT, "%.4f", now.latencyAverageMillis());
        return text.replaceFirst("0{1,3}$", "");
    }

    /** Apache ZooKeeper counts its root under two names, and monitoring compares with that. */
    private static int shownNodes(ServerStatus.Numbers now) {
        return now.nodes() + 1;
    }
}
