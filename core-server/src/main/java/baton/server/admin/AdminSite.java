package baton.server.admin;

import baton.server.admin.AdminCommands.Answer;
import baton.server.config.AdminSettings;
import baton.server.config.ConfigReport;
import baton.server.runtime.ServerStatus;
import baton.server.transport.HttpSite;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the admin port shows.
 *
 * <pre>
 * /commands, /commands/NAME   {@link AdminCommands}, as JSON
 * /metrics                    {@link PrometheusText}
 * /livez                      200 while loops and sequencer turn: if not, a restart helps
 * /readyz                     200 while clients are served, and there is space for what they write
 * /startupz                   200 once the data is loaded
 * /healthz                    readyz with every check; ?verbose: with what each is, and how old
 * /api/v1/config              every key in force, with where it was said
 * </pre>
 *
 * <p>Everything is read by GET or HEAD, and nothing that can be asked for changes data, but for what is sent to {@code
 * /commands/restore} by POST. Nobody needs to prove who they are, but for that and {@code /commands/snapshot}. Who asks too often is told so, by 429 and {@code Retry-After} ({@link Cost}).
 */
public final class AdminSite implements HttpSite {
    private final ServerStatus status;
    private final AdminCommands commands;
    private final MetricCatalogue catalogue;
    private final OwnMetrics own;
    private final ConfigReport report;
    private final SnapshotCommand snapshot;
    private final RestoreCommand restore;
    private final Probes probes;
    private final AnswerRates rates;

    @Inject
    AdminSite(
            ServerStatus status,
            AdminCommands commands,
            MetricCatalogue catalogue,
            OwnMetrics own,
            ConfigReport report,
            SnapshotCommand snapshot,
            RestoreCommand restore,
            Probes probes) {
        this.probes = probes;
        this.rates = new AnswerRates(status.clock());
        this.snapshot = snapshot;
        this.restore = restore;
        this.report = report;
        this.status = status;
        this.commands = commands;
        this.catalogue = catalogue;
        this.own = own;
    }

    @Override
    public CompletionStage<Reply> answer(Query query) {
        String base = status.settings().admin().commandPath();
        String command = command(query);
        if (SnapshotCommand.NAME.equals(command)) {
            return isTooOften(query, command) ? now(tooOften(query.path(), command)) : snapshot.answer(query);
        }
        if (RestoreCommand.NAME.equals(command)) {
            return now(restore.notSent(query));
        }
        if (!query.method().equals("GET") && !query.method().equals("HEAD")) {
            return now(Reply.text(405, query.method() + " is not offered here, only GET and HEAD\n")
                    .with(Map.of("Allow", "GET, HEAD")));
        }
        if (isTooOften(query, command)) {
            return now(tooOften(query.path(), command));
        }
        if (query.path().startsWith(base + "/") && query.path().length() > base.length() + 1) {
            return commands.answer(query.path().substring(base.length() + 1), query.parameters())
                    .thenApply(answer -> answer.map(given -> Reply.json(200, given))
                            .orElseGet(() -> tooOften(query.path(), command)));
        }
        if (query.path().equals(base) || query.path().equals(base + "/")) {
            return now(new Reply(200, "text/html; charset=utf-8", index(base)));
        }
        return now(
                switch (query.path()) {
                    case "/metrics" -> metrics(query);
                    case "/livez" -> probes.live();
                    case "/readyz" -> probes.ready();
                    case "/startupz" -> probes.started();
                    case "/healthz" -> probes.health(query);
                    case "/api/v1/config" -> configuration();
                    default -> Reply.text(404, "nothing is here; see " + base + ", /metrics, /livez and /readyz\n");
                });
    }

    @Override
    public Optional<Reception> receive(Query query, long announcedBytes) {
        String command = command(query);
        if (!RestoreCommand.NAME.equals(command) || !query.method().equals("POST")) {
            return Optional.empty();
        }
        return Optional.of(
                isTooOften(query, command)
                        ? new Reception.Refused(tooOften(query.path(), command))
                        : restore.receive(query, announcedBytes));
    }

    /** Returns the primary name of the command that is asked for, if one is. */
    private @Nullable String command(Query query) {
        String base = status.settings().admin().commandPath();
        return query.path().startsWith(base + "/")
                ? AdminCommands.primary(query.path().substring(base.length() + 1))
                : null;
    }

    private boolean isTooOften(Query query, @Nullable String command) {
        return cost(query.path(), command)
                .filter(cost -> !rates.allow(cost, query.from().getAddress()))
                .isPresent();
    }

    /** Probes cost next to nothing: whoever lets them decide about a server may ask as often as he likes. */
    private static Optional<Cost> cost(String path, @Nullable String command) {
        if (command != null) {
            return Cost.ofCommand(command);
        }
        return switch (path) {
            case "/metrics" -> Optional.of(Cost.LINES);
            case "/api/v1/config" -> Optional.of(Cost.SUMS);
            default -> Optional.empty();
        };
    }

    private Reply tooOften(String path, @Nullable String command) {
        status.countRefusedPage();
        String error = "asked for too often; ask again in a second";
        Reply reply = command == null
                ? Reply.text(429, path + ": " + error + "\n")
                : Reply.json(429, new Answer(command, Map.of(), error).json());
        return reply.with(Map.of("Retry-After", "1"));
    }

    private static CompletionStage<Reply> now(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private static String index(String base) {
        StringBuilder text = new StringBuilder();
        for (String each : AdminCommands.NAMES.keySet()) {
            text.append("<a href=\"").append(base).append('/').append(each).append("\">");
            text.append(each).append("</a>\n<br/>\n");
        }
        return text.toString();
    }

    private Reply metrics(Query query) {
        boolean openMetrics = query.header("accept").contains("application/openmetrics-text");
        List<Metric> all = new ArrayList<>(catalogue.all());
        all.addAll(ProcessMetrics.all());
        all.addAll(own.all());
        AdminSettings settings = status.settings().admin();
        return new Reply(
                200,
                openMetrics ? PrometheusText.OPEN_METRICS_TYPE : PrometheusText.CONTENT_TYPE,
                PrometheusText.of(all, settings.counterNames(), openMetrics));
    }

    private Reply configuration() {
        List<Map<String, Object>> keys = new ArrayList<>();
        for (ConfigReport.Entry each : report.keys()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("key", each.key());
            fields.put("value", each.value());
            fields.put("origin", each.origin());
            fields.put("remark", each.remark());
            keys.add(fields);
        }
        return Reply.json(200, Json.line(Map.of("keys", keys)));
    }
}
