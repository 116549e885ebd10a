package baton.server.admin;

import baton.server.runtime.ServerStatus;
import baton.server.transport.HttpSite.Query;
import baton.server.transport.HttpSite.Reply;
import baton.server.txn.LogSpace;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Says whether a server that runs lives and is ready, to those who decide about it and, in more words, to people. It looks at
 * what is known: neither at a disk nor, but for asking for the next sign of life, at a thread.
 *
 * <p>Called on the loops of ports.
 */
final class Probes {
    /**
     * One thing that must be so for clients to be served.
     *
     * @param meaning what was looked at
     * @param shown what there is to say if nothing is wrong
     * @param ageNanos how long ago somebody found it so
     */
    private record Check(String name, String meaning, Optional<String> problem, String shown, long ageNanos) {}

    /** Since when looks find the same of a check. */
    private record Finding(String found, long sinceMillis) {}

    private final ServerStatus status;

    // Guarded by this.
    private final Map<String, Finding> findings = new HashMap<>();

    @Inject
    Probes(ServerStatus status) {
        this.status = status;
    }

    Reply live() {
        return reply(status.stalled());
    }

    Reply started() {
        return reply(notStarted());
    }

    Reply ready() {
        return reply(notReady(checks()));
    }

    private static Reply reply(Optional<String> problem) {
        return Reply.json(problem.isEmpty() ? 200 : 503, Json.line(fields(problem)));
    }

    private static Map<String, Object> fields(Optional<String> problem) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", problem.isEmpty() ? "ok" : "failed");
        problem.ifPresent(reason -> fields.put("reason", reason));
        return fields;
    }

    /** As {@link #ready}, with each check; if asked for, with what it is, since when it says so and how old that is. */
    Reply health(Query query) {
        List<Check> checks = checks();
        Optional<String> problem = notReady(checks);
        boolean verbose = query.parameters().containsKey("verbose");
        Map<String, Object> shown = new LinkedHashMap<>();
        for (Check each : checks) {
            shown.put(each.name, verbose ? inWords(each) : each.problem.orElse(each.shown));
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", problem.isEmpty() ? "ok" : "failed");
        fields.put("state", "standalone");
        fields.put("checks", shown);
        return Reply.json(problem.isEmpty() ? 200 : 503, Json.line(fields));
    }

    private Map<String, Object> inWords(Check check) {
        Map<String, Object> fields = fields(check.problem);
        fields.put("check", check.meaning);
        if (check.problem.isEmpty()) {
            fields.put("found", check.shown);
        }
        fields.put("since", Instant.ofEpochMilli(since(check)).toString());
        fields.put("age_ms", TimeUnit.NANOSECONDS.toMillis(check.ageNanos));
        return fields;
    }

    private synchronized long since(Check check) {
        String found = check.problem.isPresent() ? "failed" : check.shown;
        Finding now = findings.get(check.name);
        if (now == null || !now.found.equals(found)) {
            now = new Finding(found, status.clock().wallMillis());
            findings.put(check.name, now);
        }
        return now.sinceMillis;
    }

    private static Optional<String> notReady(List<Check> checks) {
        return checks.stream().map(Check::problem).flatMap(Optional::stream).findFirst();
    }

    private List<Check> checks() {
        return List.of(
                new Check(
                        "loaded", "the data is read and clients are served", notStarted(), "ok", status.servedNanos()),
                new Check(
                        "storage",
                        "the log can be written: last seen when the disk has answered its writer",
                        status.failed(),
                        "ok",
                        status.diskAgeNanos()),
                new Check(
                        "threads",
                        "loops and sequencer turn: last seen when the slowest of them has answered a look like this",
                        status.stalled(),
                        "ok",
                        status.lifeAgeNanos()),
                new Check(
                        "space",
                        "the disk has room: last seen when the log was written, or its room looked at",
                        outOfSpace(),
                        SpaceNames.of(status.space()),
                        status.diskAgeNanos()));
    }

    private Optional<String> notStarted() {
        return status.isServing() ? Optional.empty() : Optional.of("loading");
    }

    private Optional<String> outOfSpace() {
        return status.space() == LogSpace.Level.SPENT
                ? Optional.of("the space on the disk is spent: only deletes are taken, and no session begins"
                        + " (baton.reserveMegabytes); it serves again by itself once there is space")
                : Optional.empty();
    }
}
