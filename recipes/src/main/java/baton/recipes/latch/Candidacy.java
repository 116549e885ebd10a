package baton.recipes.latch;

import baton.core.Payload;
import baton.recipes.OwnerInfo;
import baton.recipes.json.Json;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a ticket of an election says: the id alone, or {@code {"id":...,"ready":true,"a":<base64>}} of a leader that
 * has announced itself. Tickets of other libraries hold an id, or owner info.
 *
 * @param id of the participant
 * @param announcement of a leader that is ready
 */
record Candidacy(String id, Optional<byte[]> announcement) {
    static final String LABEL = "latch-";

    Payload toPayload() {
        return announcement.map(this::announced).orElseGet(() -> Payload.utf8(id));
    }

    static Candidacy parse(Payload data) {
        String text = data.utf8();
        Optional<OwnerInfo> owner = OwnerInfo.parse(data);
        if (owner.isPresent()) {
            return new Candidacy(owner.get().clientId(), Optional.empty());
        }
        if (!text.startsWith("{")) {
            return new Candidacy(text, Optional.empty());
        }
        try {
            Map<String, ?> fields = Json.readObject(text);
            return fields.get("id") instanceof String id && fields.get("a") instanceof String announced
                    ? new Candidacy(id, Optional.of(Base64.getDecoder().decode(announced)))
                    : new Candidacy(text, Optional.empty());
        } catch (IllegalArgumentException someIdThatLooksLikeIt) {
            return new Candidacy(text, Optional.empty());
        }
    }

    private Payload announced(byte[] bytes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("ready", true);
        fields.put("a", Base64.getEncoder().encodeToString(bytes));
        return Payload.utf8(Json.write(fields));
    }
}
