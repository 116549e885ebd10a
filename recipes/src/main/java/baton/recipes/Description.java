package baton.recipes;

import baton.core.NodePath;
import baton.recipes.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a recipe was doing at one moment, for people and tools.
 *
 * @param kind of the recipe, such as {@code LeaderLatch}
 * @param path it works on
 * @param fields names and values in a stable order; values are text, numbers or truth values
 */
public record Description(String kind, NodePath path, Map<String, Object> fields) {
    public Description {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public String toJson() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("kind", kind);
        all.put("path", path.toString());
        all.putAll(fields);
        return Json.write(all);
    }

    /** One line: {@code LeaderLatch /leader state=WAITING position=2}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(kind).append(' ').append(path);
        fields.forEach(
                (name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }
}
