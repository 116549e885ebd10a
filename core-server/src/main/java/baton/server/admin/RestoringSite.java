package baton.server.admin;

import baton.server.transport.HttpSite;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** What the admin port shows while a server takes the place of another: that it lives, as long as that gets on, and is not ready. */
public final class RestoringSite implements HttpSite {
    private final BooleanSupplier stalled;

    /** @param stalled says whether it does not get on */
    public RestoringSite(BooleanSupplier stalled) {
        this.stalled = stalled;
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
        boolean hangs = stalled.getAsBoolean();
        boolean lives = query.path().equals("/livez") && !hangs;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", lives ? "ok" : "failed");
        fields.put("reason", hangs ? "replaces its data, and does not get on" : "replaces its data");
        Reply reply = Reply.json(lives ? 200 : 503, Json.line(fields));
        return lives ? reply : reply.with(Map.of("Retry-After", "1"));
    }
}
