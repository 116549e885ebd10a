package baton.server.admin;

import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.runtime.ConnectionView;
import baton.server.runtime.OpenSessions;
import baton.server.runtime.ServerNumbers;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.WatchReport;
import baton.server.storage.DirectorySizes;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The answers to four-letter words that are more than a line, laid out as their readers take them apart. */
final class ServerText {
    /** Made with the first date, not with the first word that is answered. */
    private static final class Dates {
        static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.ROOT);
    }

    private final ServerStatus status;

    @Inject
    ServerText(ServerStatus status) {
        this.status = status;
    }

    /** The server in a few lines. */
    String server() {
        return header() + numbers();
    }

    /** The same with its clients. */
    String serverAndClients() {
        StringBuilder text = new StringBuilder(header()).append("Clients:\n");
        for (ConnectionView each : status.connections()) {
            text.append(brief(each)).append(")\n");
        }
        return text.append('\n').append(numbers()).toString();
    }

    private static String header() {
        return "Zookeeper version: " + ServerVersion.TEXT + "\n";
    }

    private String numbers() {
        ServerNumbers now = status.numbers();
        Metric.Spread latency = MetricCatalogue.latency(now);
        return "Latency min/avg/max: " + latency.min() + "/" + latency.average() + "/" + latency.max() + "\n"
                + "Received: " + now.received() + "\n"
                + "Sent: " + now.sent() + "\n"
                + "Connections: " + now.connections() + "\n"
                + "Outstanding: " + now.outstanding() + "\n"
                + "Zxid: 0x" + Long.toHexString(now.lastZxid()) + "\n"
                + "Mode: standalone\n"
                + "Node count: " + MetricCatalogue.shownNodes(now) + "\n";
    }

    private static String brief(ConnectionView view) {
        int interest = view.sessionId() == 0 ? 0 : 1;
        return " " + view.origin().remote() + "[" + interest + "](queued=" + view.queued() + ",recved="
                + view.received() + ",sent=" + view.sent();
    }

    /** All connections, with what each has done last. */
    String connections() {
        StringBuilder text = new StringBuilder();
        for (ConnectionView each : status.connections()) {
            text.append(brief(each));
            if (each.sessionId() != 0) {
                text.append(details(each));
            }
            text.append(")\n");
        }
        return text.append('\n').toString();
    }

    private static String details(ConnectionView view) {
        ConnectionView.Latency latency = view.latency();
        return ",sid=" + hex(view.sessionId())
                + ",lop=" + Operations.code(view.lastOperation())
                + ",est=" + view.origin().establishedMillis()
                + ",to=" + view.timeoutMillis()
                + (view.lastCxid() < 0 ? "" : ",lcxid=" + hex(view.lastCxid()))
                + ",lzxid=" + hex(view.lastZxid())
                + ",lresp=" + view.lastAnswerMillis()
                + ",llat=" + latency.last()
                + ",minlat=" + latency.min()
                + ",avglat=" + latency.average()
                + ",maxlat=" + latency.max();
    }

    /** What the server was told to do. */
    String configuration(DirectorySizes sizes) {
        StringBuilder text = new StringBuilder();
        configurationEntries(sizes)
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    private Map<String, Object> configurationEntries(DirectorySizes sizes) {
        ServerSettings settings = status.settings();
        LimitSettings limits = settings.limits();
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("clientPort", status.plainPort());
        entries.put("secureClientPort", status.securePort());
        entries.put("dataDir", dataDir(settings));
        entries.put("dataDirSize", sizes.snapshotBytes());
        entries.put("dataLogDir", logDir(settings));
        entries.put("dataLogSize", sizes.logBytes());
        entries.put("tickTime", settings.sessions().tickMillis());
        entries.put("maxClientCnxns", limits.connections().perAddressMax());
        entries.put("minSessionTimeout", settings.sessions().minTimeoutMillis());
        entries.put("maxSessionTimeout", settings.sessions().maxTimeoutMillis());
        entries.put("clientPortListenBacklog", limits.connections().listenBacklog());
        entries.put("serverId", 0);
        return entries;
    }

    static String dataDir(ServerSettings settings) {
        return settings.storage() instanceof StorageSettings.Files files
                ? files.dataDir()
                        .toAbsolutePath()
                        .resolve(StorageSettings.Files.VERSION)
                        .toString()
                : "memory";
    }

    static String logDir(ServerSettings settings) {
        return settings.storage() instanceof StorageSettings.Files files
                ? files.logDir()
                        .toAbsolutePath()
                        .resolve(StorageSettings.Files.VERSION)
                        .toString()
                : "memory";
    }

    /** Sessions by the time at which they end, and the nodes and connections they have. */
    String sessions(OpenSessions open) {
        StringBuilder text = new StringBuilder("SessionTracker dump:\n");
        sets("Session Sets", shown(open.idsByExpiryMillis()), text);
        Map<Long, List<String>> ephemerals = status.ephemeralsBySession();
        text.append("ephemeral nodes dump:\n")
                .append("Sessions with Ephemerals (")
                .append(ephemerals.size())
                .append("):\n");
        grouped(ephemerals, ":\n", text);
        text.append("Connections dump:\n");
        sets("Connections Sets", connectionsByExpiry(open), text);
        return text.toString();
    }

    /** A connection without a session goes when it has not asked for one in time. */
    private Map<Long, List<String>> connectionsByExpiry(OpenSessions open) {
        Map<Long, Long> expiryById = new HashMap<>();
        open.idsByExpiryMillis().forEach((millis, ids) -> ids.forEach(id -> expiryById.put(id, millis)));
        int handshakeMillis = status.settings().limits().connections().handshakeMillis();
        Map<Long, List<String>> byExpiry = new TreeMap<>();
        for (ConnectionView each : status.connections()) {
            long expiry =
                    expiryById.getOrDefault(each.sessionId(), each.origin().establishedMillis() + handshakeMillis);
            String line = "ip: " + each.origin().remote() + " sessionId: " + hex(each.sessionId());
            byExpiry.computeIfAbsent(expiry, millis -> new ArrayList<>()).add(line);
        }
        return byExpiry;
    }

    private static Map<Long, List<String>> shown(Map<Long, List<Long>> idsByExpiry) {
        Map<Long, List<String>> shown = new LinkedHashMap<>();
        idsByExpiry.forEach((millis, ids) ->
                shown.put(millis, ids.stream().map(ServerText::hex).toList()));
        return shown;
    }

    private static void sets(String name, Map<Long, List<String>> byExpiry, StringBuilder text) {
        int all = byExpiry.values().stream().mapToInt(List::size).sum();
        text.append(name)
                .append(" (")
                .append(byExpiry.size())
                .append(")/(")
                .append(all)
                .append("):\n");
        byExpiry.forEach((millis, ids) -> {
            text.append(ids.size()).append(" expire at ").append(date(millis)).append(":\n");
            ids.forEach(each -> text.append('\t').append(each).append('\n'));
        });
    }

    private static String date(long millis) {
        return Dates.FORM.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
    }

    /** How much is watched. */
    String watchSummary() {
        WatchReport.Summary summary = status.watched().summary();
        return summary.sessions() + " connections watching " + summary.paths() + " paths\nTotal watches:"
                + summary.watches() + "\n";
    }

    /** What each session watches. */
    String watchesBySession() {
        StringBuilder text = new StringBuilder();
        grouped(status.watched().pathsBySession(), "\n", text);
        return text.append('\n').toString();
    }

    /** Who watches each path. */
    String watchesByPath() {
        StringBuilder text = new StringBuilder();
        status.watched().forEachPath((path, ids) -> {
            text.append(path).append('\n');
            ids.forEach(id -> text.append('\t').append(hex(id)).append('\n'));
        });
        return text.append('\n').toString();
    }

    private static void grouped(
            Map<Long, ? extends Collection<String>> pathsBySession, String end, StringBuilder text) {
        pathsBySession.forEach((id, paths) -> {
            text.append(hex(id)).append(end);
            paths.forEach(path -> text.append('\t').append(path).append('\n'));
        });
    }

    /** The tree's digests after some of the last transactions. */
    String digests() {
        StringBuilder text = new StringBuilder();
        status.digests()
                .forEach(each -> text.append(Long.toHexString(each.zxid()))
                        .append(": ")
                        .append(each.digest())
                        .append('\n'));
        return text.toString();
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
