package baton.server.admin;

import baton.server.runtime.LoadProgress;
import baton.server.transport.HttpSite;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What the admin port shows while a server reads its data, for the first time or to take the place of another: that it lives, as
 * long as that gets on, how far it is, and that it is not ready.
 */
public final class LoadingSite implements HttpSite {
    private final LoadProgress progress;

    public LoadingSite(LoadProgress progress) {
        this.progress = progress;
    }

    @Override
    public CompletionStage<Reply> answer(Query query) {
        return CompletableFuture.completedFuture(reply(query));
    }

    /** Nobody can send anything long now. */
    @Override
    public Optional<Reception> receive(Query query, long announcedBytes) {
        return query.method().equals("POST") ? Optional.of(new Reception.Refused(reply(query))) : Optional.empty();
    }

    private Reply reply(Query query) {
        boolean hangs = progress.isStalled();
        boolean lives = query.path().equals("/livez") && !hangs;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", lives ? "ok" : "failed");
        fields.put("reason", progress.reason() + (hangs ? ", and does not get on" : ""));
        fields.put("bytes_read", progress.bytesRead());
        fields.put("bytes", progress.bytesToRead());
        fields.put("percent", progress.percentRead());
        Reply reply = Reply.json(lives ? 200 : 503, Json.line(fields));
        return lives ? reply : reply.with(Map.of("Retry-After", "1"));
    }
}
