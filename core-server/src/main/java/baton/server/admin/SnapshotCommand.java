package baton.server.admin;

import baton.server.auth.Identity;
import baton.server.config.AdminSettings.Snapshots;
import baton.server.runtime.AuditLog;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.TakenSnapshot;
import baton.server.transport.HttpSite.Content;
import baton.server.transport.HttpSite.Query;
import baton.server.transport.HttpSite.Reply;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has a snapshot written, and sends it, as Apache ZooKeeper's command {@code snapshot} does.
 *
 * <p>It is of one moment, also if the tree changes while it is written, unless there is no memory to have the log made up for
 * that. A snapshot holds everything, so it is for those with {@link FullAccess}.
 */
final class SnapshotCommand {
    static final String NAME = "snapshot";
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final ServerStatus status;
    private final FullAccess access;
    private final Optional<AuditLog> audit;
    private final AtomicLong lastAtNanos;

    @Inject
    SnapshotCommand(ServerStatus status, FullAccess access) {
        this.status = status;
        this.access = access;
        this.audit = AuditLog.of(status.settings());
        this.lastAtNanos = new AtomicLong(status.clock().nanos() - TimeUnit.DAYS.toNanos(1));
    }

    CompletionStage<Reply> answer(Query query) {
        Optional<Refusal> notOffered = notOffered(query);
        if (notOffered.isPresent()) {
            return CompletableFuture.completedFuture(notOffered.get().reply(NAME));
        }
        List<Identity> identities = access.identities(query);
        Optional<Refusal> refusal = access.refusal(query, identities).or(this::tooSoon);
        if (refusal.isPresent()) {
            tell(query, identities, false);
            return CompletableFuture.completedFuture(refusal.get().reply(NAME));
        }
        boolean streamed = !query.parameters().getOrDefault("streaming", "true").equalsIgnoreCase("false");
        return status.takeSnapshot().handle((taken, failure) -> {
            tell(query, identities, taken != null);
            return taken == null
                    ? new Refusal(500, Refusal.reason(failure)).reply(NAME)
                    : streamed ? streamed(taken) : told(taken);
        });
    }

    private void tell(Query query, List<Identity> identities, boolean success) {
        audit.ifPresent(log -> log.snapshot(identities, query.from().getAddress(), success));
    }

    /** Why nobody gets one this way, whoever he is: not worth looking at a proof, or a line of an audit. */
    private Optional<Refusal> notOffered(Query query) {
        if (!query.method().equals("GET")) {
            return Optional.of(
                    new Refusal(405, query.method() + " takes no snapshot, only GET does", Map.of("Allow", "GET")));
        }
        if (!settings().offered()) {
            return Optional.of(new Refusal(503, "the command is switched off (admin.snapshot.enabled)"));
        }
        return Optional.empty();
    }

    private Snapshots settings() {
        return status.settings().admin().snapshots();
    }

    private Optional<Refusal> tooSoon() {
        int intervalMillis = settings().intervalMillis();
        if (isTimeForAnother(TimeUnit.MILLISECONDS.toNanos(intervalMillis))) {
            return Optional.empty();
        }
        status.countRefusedSnapshot();
        return Optional.of(Refusal.tooSoon(
                "the last snapshot was taken less than " + intervalMillis + " ms ago (admin.rateLimiterIntervalInMS)",
                intervalMillis));
    }

    private boolean isTimeForAnother(long intervalNanos) {
        long last = lastAtNanos.get();
        long now = status.clock().nanos();
        return now - last >= intervalNanos && lastAtNanos.compareAndSet(last, now);
    }

    private static Reply streamed(TakenSnapshot taken) {
        return new Reply(
                200,
                CONTENT_TYPE,
                new Content.Stream(taken.content(), taken.written().bytes()),
                headers(taken));
    }

    private static Reply told(TakenSnapshot taken) {
        taken.close();
        return Reply.json(200, new AdminCommands.Answer(NAME, Map.of(), null).json())
                .with(headers(taken));
    }

    private static Map<String, String> headers(TakenSnapshot taken) {
        return Map.of(
                "last_zxid",
                ServerText.hex(taken.written().zxid()),
                "snapshot_size",
                Long.toString(taken.written().bytes()));
    }
}
