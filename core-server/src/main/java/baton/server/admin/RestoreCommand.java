package baton.server.admin;

import baton.server.admin.AdminCommands.Answer;
import baton.server.auth.Identity;
import baton.server.config.AdminSettings.Restores;
import baton.server.runtime.AuditLog;
import baton.server.runtime.Restoration;
import baton.server.runtime.RestoreRefusedException;
import baton.server.runtime.ServerStatus;
import baton.server.transport.HttpSite.Query;
import baton.server.transport.HttpSite.Reception;
import baton.server.transport.HttpSite.Reply;
import baton.server.transport.HttpSite.Upload;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Has everything replaced by a snapshot that is sent in a POST, as Apache ZooKeeper's command {@code restore} does, in any
 * form in which snapshots are written. It is for those with {@link FullAccess}, once {@code admin.restore.enabled} says so.
 *
 * <p>The answer comes when the new state is served, by a {@linkplain Restoration server born anew}. Whatever is refused has
 * changed nothing.
 */
final class RestoreCommand {
    static final String NAME = "restore";

    private final ServerStatus status;
    private final FullAccess access;
    private final Restoration restoration;
    private final Optional<AuditLog> audit;

    @Inject
    RestoreCommand(ServerStatus status, FullAccess access, Restoration restoration) {
        this.status = status;
        this.access = access;
        this.restoration = restoration;
        this.audit = AuditLog.of(status.settings());
    }

    /** Answers whoever sends no snapshot. */
    Reply notSent(Query query) {
        return new Refusal(
                        405,
                        query.method() + " restores nothing, only POST does, with a snapshot",
                        Map.of("Allow", "POST"))
                .reply(NAME);
    }

    /** Says what becomes of a snapshot that somebody is about to send. */
    Reception receive(Query query, long announcedBytes) {
        if (!settings().offered()) {
            return refused(new Refusal(
                    503,
                    "the command is switched off: admin.restore.enabled=true switches it on, with the next start"));
        }
        Sender sender = new Sender(access.identities(query), query);
        Optional<Refusal> refusal = access.refusal(query, sender.identities);
        if (refusal.isPresent()) {
            tell(sender, false);
            return refused(refusal.get());
        }
        try {
            return new Reception.Taken(new Taking(sender, restoration.begin(announcedBytes)));
        } catch (RestoreRefusedException e) {
            tell(sender, false);
            return refused(refusal(e));
        }
    }

    private Restores settings() {
        return status.settings().admin().restores();
    }

    private static Reception refused(Refusal refusal) {
        return new Reception.Refused(refusal.reply(NAME));
    }

    private Refusal refusal(RestoreRefusedException e) {
        String error = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case NO_DIRECTORY -> new Refusal(503, error);
            case BUSY -> new Refusal(409, error);
            case TOO_SOON -> Refusal.tooSoon(error, settings().intervalMillis());
            case UNSOUND -> new Refusal(400, error);
            case NO_ROOM -> new Refusal(507, error);
            case DISK -> new Refusal(500, error);
            case STOPPING -> new Refusal(503, error);
        };
    }

    private void tell(Sender sender, boolean success) {
        audit.ifPresent(
                log -> log.restore(sender.identities, sender.query.from().getAddress(), success));
    }

    /** Who sends something. */
    private record Sender(List<Identity> identities, Query query) {}

    /** A snapshot on its way in. */
    private final class Taking implements Upload, Restoration.Witness {
        private final Sender sender;
        private final Restoration.Sending sending;

        // Written by the thread that restores, before it says what became of it.
        private volatile boolean replaced;

        Taking(Sender sender, Restoration.Sending sending) {
            this.sender = sender;
            this.sending = sending;
        }

        @Override
        public CompletionStage<Void> take(ByteBuffer piece) {
            return sending.take(piece);
        }

        @Override
        public CompletionStage<Reply> end() {
            boolean fuzzy = sender.query.parameters().getOrDefault("fuzzy", "").equalsIgnoreCase("true");
            return sending.end(fuzzy, this).handle((zxid, failure) -> {
                if (!replaced) {
                    tell(sender, false);
                }
                return zxid == null ? failed(failure) : restored(zxid);
            });
        }

        @Override
        public void begins() {
            audit.ifPresent(
                    log -> log.restoring(sender.identities, sender.query.from().getAddress()));
        }

        @Override
        public void replaced() {
            replaced = true;
            tell(sender, true);
        }

        @Override
        public void abandon() {
            tell(sender, false);
            sending.abandon();
        }
    }

    private static Reply restored(long zxid) {
        return Reply.json(200, new Answer(NAME, Map.of("last_zxid", zxid), null).json());
    }

    private Reply failed(@Nullable Throwable failure) {
        Throwable cause = Refusal.cause(failure);
        Refusal refusal = cause instanceof RestoreRefusedException refused
                ? refusal(refused)
                : new Refusal(500, Refusal.reason(cause) + "; see the server's log");
        return refusal.reply(NAME);
    }
}
