package baton.spring.config;

import baton.core.Payload;
import baton.recipes.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * A record as a document that binds to an equal record: the keys of its components with dashes, further records and
 * maps nested, what is absent left out.
 *
 * @param fields by key
 */
record RecordDocument(Map<String, @Nullable Object> fields) {

    static RecordDocument of(Object value) {
        return new RecordDocument(fieldsOf(value));
    }

    /** The text; YAML is written as JSON, which is a part of it. */
    Payload write(DocumentFormat format) {
        if (format != DocumentFormat.PROPERTIES) {
            return Payload.utf8(Json.write(fields));
        }
        Properties lines = new Properties();
        flatten("", fields, lines);
        // A stream, because readers of properties take what is not Latin only as it is escaped there.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            lines.store(out, null);
        } catch (IOException impossible) {
            throw new IllegalStateException("text in memory can always be written", impossible);
        }
        // Without the date that stands first, so that equal values are equal bytes.
        return Payload.utf8(out.toString(StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .collect(Collectors.joining("\n", "", "\n")));
    }

    private static Map<String, @Nullable Object> fieldsOf(Object value) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object part = plain(RequiredKeys.read(component, value));
            if (part != null) {
                fields.put(RequiredKeys.kebab(component.getName()), part);
            }
        }
        return fields;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Optional<?> maybe) {
            return plain(maybe.orElse(null));
        }
        if (value instanceof Record) {
            return fieldsOf(value);
        }
        if (value instanceof Collection<?> many) {
            return many.stream().map(RecordDocument::plain).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(String.valueOf(key), plain(each)));
            return plain;
        }
        return value instanceof DataSize size ? size.toBytes() + "B" : value.toString();
    }

    private static void flatten(String key, @Nullable Object value, Properties lines) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, each) -> flatten(key.isEmpty() ? String.valueOf(name) : key + "." + name, each, lines));
        } else if (value instanceof Collection<?> many) {
            int index = 0;
            for (Object each : many) {
                flatten(key + "[" + index++ + "]", each, lines);
            }
        } else if (value != null) {
            lines.setProperty(key, value.toString());
        }
    }
}
