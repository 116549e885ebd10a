package baton.recipes;

import baton.core.Node;
import baton.core.Payload;
import baton.recipes.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a ticket says: what its owner wrote, and behind it the requests to let go, a line each. For authors of recipes.
 *
 * <p>A request is {@code {"revoke":{"id":...,"by":...,"reason":...,"at":...}}}. The marker of other libraries, {@code
 * __REVOKE__} in place of the data, counts as a request that says nothing.
 *
 * @param data what its owner wrote
 * @param requests the newest {@value #REQUESTS_MAX}, oldest first
 */
public record MarkedTicket(Payload data, List<RevocationRequest> requests) {
    static final int REQUESTS_MAX = 16;
    private static final Payload FOREIGN_MARKER = Payload.utf8("__REVOKE__");
    private static final byte LINE_BREAK = '\n';

    public MarkedTicket {
        requests = List.copyOf(requests);
    }

    public static MarkedTicket of(Node node) {
        if (node.data().equals(FOREIGN_MARKER)) {
            UUID id = new UUID(0, node.stat().modRev());
            return new MarkedTicket(Payload.EMPTY, List.of(new RevocationRequest(id, "", "", Instant.EPOCH)));
        }
        byte[] bytes = node.data().toByteArray();
        Deque<RevocationRequest> requests = new ArrayDeque<>();
        int end = bytes.length;
        for (int at = lastBreak(bytes, end); at >= 0; at = lastBreak(bytes, end)) {
            Optional<RevocationRequest> request =
                    parse(new String(bytes, at + 1, end - at - 1, StandardCharsets.UTF_8));
            if (request.isEmpty()) {
                break;
            }
            requests.addFirst(request.get());
            end = at;
        }
        Payload data = end == bytes.length ? node.data() : Payload.of(Arrays.copyOf(bytes, end));
        return new MarkedTicket(data, List.copyOf(requests));
    }

    /** The same ticket with one request more; the oldest gives way. */
    MarkedTicket with(RevocationRequest request) {
        List<RevocationRequest> all = new ArrayList<>(requests);
        all.add(request);
        return new MarkedTicket(data, all.subList(Math.max(0, all.size() - REQUESTS_MAX), all.size()));
    }

    /** The same requests on other data. */
    public MarkedTicket saying(Payload other) {
        return new MarkedTicket(other, requests);
    }

    public Payload toPayload() {
        if (requests.isEmpty()) {
            return data;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(data.toByteArray());
        for (RevocationRequest request : requests) {
            bytes.write(LINE_BREAK);
            bytes.writeBytes(line(request).getBytes(StandardCharsets.UTF_8));
        }
        return Payload.of(bytes.toByteArray());
    }

    boolean has(UUID request) {
        return requests.stream().anyMatch(each -> each.id().equals(request));
    }

    private static int lastBreak(byte[] bytes, int end) {
        int at = end - 1;
        while (at >= 0 && bytes[at] != LINE_BREAK) {
            at--;
        }
        return at;
    }

    private static String line(RevocationRequest request) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", request.id().toString());
        fields.put("by", request.by());
        fields.put("reason", request.reason());
        fields.put("at", request.at().toString());
        return Json.write(Map.of("revoke", fields));
    }

    private static Optional<RevocationRequest> parse(String line) {
        if (!line.startsWith("{\"revoke\":")) {
            return Optional.empty();
        }
        try {
            Object revoke = Json.readObject(line).get("revoke");
            return revoke instanceof Map<?, ?> fields
                    ? Optional.of(new RevocationRequest(
                            UUID.fromString(text(fields.get("id"))),
                            text(fields.get("by")),
                            text(fields.get("reason")),
                            Instant.parse(text(fields.get("at")))))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException foreign) {
            return Optional.empty();
        }
    }

    private static String text(@Nullable Object field) {
        return field instanceof String text ? text : "";
    }
}
