package baton.recipes.latch;

import baton.core.Payload;
import baton.recipes.OwnerInfo;
import baton.recipes.json.Json;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a ticket of an election says: the id alone, or one line of JSON that has the id in {@code id}, the fields of an
 * owner, and of a leader that has announced itself {@code "ready":true,"a":<base64>}. Tickets of other libraries hold an
 * id, or owner info.
 *
 * @param id of the participant
 * @param owner who it is, if it says so
 * @param announcement of a leader that is ready
 */
record Candidacy(String id, Optional<OwnerInfo> owner, Optional<byte[]> announcement) {
    static final String LABEL = "latch-";

    Candidacy announcing(byte[] bytes) {
        return new Candidacy(id, owner, Optional.of(bytes));
    }

    Payload toPayload() {
        if (owner.isEmpty() && announcement.isEmpty()) {
            return Payload.utf8(id);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        owner.ifPresent(info -> fields.putAll(Json.readObject(info.toPayload().utf8())));
        announcement.ifPresent(bytes -> {
            fields.put("ready", true);
            fields.put("a", Base64.getEncoder().encodeToString(bytes));
        });
        return Payload.utf8(Json.write(fields));
    }

    static Candidacy parse(Payload data) {
        String text = data.utf8();
        Optional<OwnerInfo> owner = OwnerInfo.parse(data);
        if (!text.startsWith("{")) {
            return new Candidacy(text, owner, Optional.empty());
        }
        try {
            Map<String, ?> fields = Json.readObject(text);
            String id = fields.get("id") instanceof String said
                    ? said
                    : owner.map(OwnerInfo::clientId).orElse(text);
            Optional<byte[]> announcement = fields.get("a") instanceof String announced
                    ? Optional.of(Base64.getDecoder().decode(announced))
                    : Optional.empty();
            return new Candidacy(id, owner, announcement);
        } catch (IllegalArgumentException someIdThatLooksLikeIt) {
            return new Candidacy(text, owner, Optional.empty());
        }
    }
}
