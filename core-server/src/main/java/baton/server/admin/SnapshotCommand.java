package baton.server.admin;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.Permission;
import baton.server.auth.Authentication;
import baton.server.auth.Identity;
import baton.server.config.AdminSettings.Snapshots;
import baton.server.runtime.AuditLog;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.TakenSnapshot;
import baton.server.storage.StorageException;
import baton.server.transport.HttpSite.Content;
import baton.server.transport.HttpSite.Query;
import baton.server.transport.HttpSite.Reply;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Has a snapshot written, and sends it, as Apache ZooKeeper's command {@code snapshot} does.
 *
 * <p>A snapshot holds everything, so whoever wants it must prove who they are, by {@code Authorization: SCHEME PROOF} such
 * as {@code digest super:password}, and be the super user or have every permission on the root by name. That anybody may
 * do everything there, as in a tree where nobody has set a list, is not enough.
 */
final class SnapshotCommand {
    static final String NAME = "snapshot";
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final String WORLD = "world";

    private final ServerStatus status;
    private final Authentication authentication;
    private final Optional<AuditLog> audit;
    private final AtomicLong lastAtNanos;

    /** Why a snapshot is not to be had, and what HTTP calls that. */
    private record Refusal(int status, String error, Map<String, String> headers) {
        Refusal(int status, String error) {
            this(status, error, Map.of());
        }

        Reply reply() {
            return failed(status, error).with(headers);
        }
    }

    @Inject
    SnapshotCommand(ServerStatus status, Authentication authentication) {
        this.status = status;
        this.authentication = authentication;
        this.audit = AuditLog.of(status.settings());
        this.lastAtNanos = new AtomicLong(status.clock().nanos() - TimeUnit.DAYS.toNanos(1));
    }

    CompletionStage<Reply> answer(Query query) {
        Optional<Refusal> notOffered = notOffered(query);
        if (notOffered.isPresent()) {
            return CompletableFuture.completedFuture(notOffered.get().reply());
        }
        List<Identity> identities = identities(query);
        Optional<Refusal> refusal = refusal(query, identities);
        if (refusal.isPresent()) {
            tell(query, identities, false);
            return CompletableFuture.completedFuture(refusal.get().reply());
        }
        boolean streamed = !query.parameters().getOrDefault("streaming", "true").equalsIgnoreCase("false");
        return status.takeSnapshot().handle((taken, failure) -> {
            tell(query, identities, taken != null);
            return taken == null ? failed(500, reason(failure)) : streamed ? streamed(taken) : told(taken);
        });
    }

    private void tell(Query query, List<Identity> identities, boolean success) {
        audit.ifPresent(log -> log.snapshot(identities, query.from().getAddress(), success));
    }

    /** Returns who the header proves somebody to be; nobody if it proves nothing. */
    private List<Identity> identities(Query query) {
        String proof = query.header("authorization");
        int blank = proof.indexOf(' ');
        return blank < 0
                ? List.of()
                : authentication
                        .ofProof(
                                proof.substring(0, blank),
                                Bytes.utf8(proof.substring(blank + 1).strip()))
                        .orElse(List.of());
    }

    /** Why nobody gets one this way, whoever he is: not worth looking at a proof, or a line of an audit. */
    private Optional<Refusal> notOffered(Query query) {
        if (!query.method().equals("GET")) {
            return Optional.of(new Refusal(405, query.method() + " takes no snapshot, only GET does"));
        }
        if (!settings().offered()) {
            return Optional.of(new Refusal(503, "the command is switched off (admin.snapshot.enabled)"));
        }
        return Optional.empty();
    }

    private Snapshots settings() {
        return status.settings().admin().snapshots();
    }

    private Optional<Refusal> refusal(Query query, List<Identity> identities) {
        if (query.header("authorization").isEmpty()) {
            return Optional.of(new Refusal(401, "Auth info is missing for the command"));
        }
        if (identities.isEmpty()) {
            return Optional.of(new Refusal(401, "Not authenticated"));
        }
        if (!mayHaveEverything(identities)) {
            return Optional.of(new Refusal(403, "Not authorized"));
        }
        int intervalMillis = settings().intervalMillis();
        if (!isTimeForAnother(TimeUnit.MILLISECONDS.toNanos(intervalMillis))) {
            status.countRefusedSnapshot();
            return Optional.of(new Refusal(
                    429,
                    "the last snapshot was taken less than " + intervalMillis
                            + " ms ago (admin.rateLimiterIntervalInMS)",
                    Map.of("Retry-After", Long.toString(1 + intervalMillis / 1_000L))));
        }
        return Optional.empty();
    }

    private boolean mayHaveEverything(List<Identity> identities) {
        if (identities.stream().anyMatch(each -> each.scheme().equals(Identity.SUPER))) {
            return true;
        }
        List<Acl> named = status.rootAcl().stream()
                .filter(each -> !each.scheme().equals(WORLD))
                .toList();
        return !named.isEmpty()
                && List.of(Permission.READ, Permission.WRITE, Permission.CREATE, Permission.DELETE, Permission.ADMIN)
                        .stream()
                        .allMatch(each -> authentication.access().allows(named, each, identities));
    }

    private boolean isTimeForAnother(long intervalNanos) {
        long last = lastAtNanos.get();
        long now = status.clock().nanos();
        return now - last >= intervalNanos && lastAtNanos.compareAndSet(last, now);
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof StorageException || cause instanceof IllegalStateException
                ? String.valueOf(cause.getMessage())
                : String.valueOf(cause);
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
        return Reply.json(200, Json.of(shown(null))).with(headers(taken));
    }

    private static Reply failed(int status, String error) {
        return Reply.json(status, Json.of(shown(error)));
    }

    private static Map<String, Object> shown(@Nullable String error) {
        Map<String, Object> fields = new LinkedHashMap<>(Map.of("command", NAME));
        fields.put("error", error);
        return fields;
    }

    private static Map<String, String> headers(TakenSnapshot taken) {
        return Map.of(
                "last_zxid",
                ServerText.hex(taken.written().zxid()),
                "snapshot_size",
                Long.toString(taken.written().bytes()));
    }
}
