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
    private static final int TEXT_MAX = 80;

    public Payload toPayload() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("c", shortened(clientId));
        fields.put("h", shortened(host));
        fields.put("p", pid);
        fields.put("t", shortened(task));
        fields.put("s", start.toString());
        Payload line = Payload.utf8(Json.write(fields));
        if (line.length() <= BYTES_MAX) {
            return line;
        }
        // Only text that needs many bytes a character comes here: say at least which process it is.
        fields.put("c", "");
        fields.put("t", "");
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

    private static String shortened(String text) {
        return text.length() > TEXT_MAX || text.getBytes(StandardCharsets.UTF_8).length > 2 * TEXT_MAX
                ? text.substring(0, Math.min(text.length(), TEXT_MAX / 2))
                : text;
    }
}
