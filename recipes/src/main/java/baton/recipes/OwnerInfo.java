package baton.recipes;

import baton.core.Payload;
import baton.recipes.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who stands behind a node. One line of JSON, at most {@value #BYTES_MAX} bytes:
 * {@code {"c":client,"h":host,"p":pid,"t":task,"s":start}}.
 *
 * @param clientId of the client
 * @param host it runs on
 * @param pid of its process
 * @param task thread or task name
 * @param start since when
 */
public record OwnerInfo(String clientId, String host, long pid, String task, Instant start) {
    public static final int BYTES_MAX = 512;
    private static final int TEXT_BYTES_MAX = 120;

    public Payload toPayload() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("c", shortened(clientId));
        fields.put("h", shortened(host));
        fields.put("p", pid);
        fields.put("t", shortened(task));
        fields.put("s", start.toString());
        return Payload.utf8(Json.write(fields));
    }

    /** Reads what {@link #toPayload} wrote; empty for anything else, because users may put data of their own there. */
    public static Optional<OwnerInfo> parse(Payload data) {
        String text = data.utf8();
        if (data.length() > 4 * BYTES_MAX || !text.startsWith("{")) {
            return Optional.empty();
        }
        try {
            Map<String, ?> fields = Json.readObject(text);
            return fields.get("c") instanceof String client
                            && fields.get("h") instanceof String host
                            && fields.get("p") instanceof Long pid
                            && fields.get("t") instanceof String task
                            && fields.get("s") instanceof String start
                    ? Optional.of(new OwnerInfo(client, host, pid, task, Instant.parse(start)))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException foreign) {
            return Optional.empty();
        }
    }

    /** Three of these, and the rest of the line, stay within {@link #BYTES_MAX}. */
    private static String shortened(String text) {
        String kept = text;
        while (Json.write(kept).getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX) {
            kept = kept.substring(0, kept.length() * 3 / 4);
        }
        return kept;
    }
}
