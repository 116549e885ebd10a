package baton.server.admin;

import baton.server.transport.HttpSite;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the admin port shows while a server takes the place of another: that it lives, and is not ready. */
public final class RestoringSite implements HttpSite {
    @Override
    public CompletionStage<Reply> answer(Query query) {
        return CompletableFuture.completedFuture(reply(query));
    }

    /** Nobody can send anything long now. */
    @Override
    public Optional<Reception> receive(Query query, long announcedBytes) {
        return query.method().equals("POST") ? Optional.of(new Reception.Refused(reply(query))) : Optional.empty();
    }

    private static Reply reply(Query query) {
        boolean lives = query.path().equals("/livez");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", lives ? "ok" : "failed");
        fields.put("reason", "replaces its data");
        Reply reply = Reply.json(lives ? 200 : 503, Json.line(fields));
        return lives ? reply : reply.with(Map.of("Retry-After", "1"));
    }
}
