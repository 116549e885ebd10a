package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Stat;
import baton.recipes.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing a command found or did: the text for people, and fields for scripts. Fields have stable names; numbers are
 * numbers, zxids and sessions are {@code 0x…}, times are ISO-8601, data is {@code {"text":…}} or {@code {"base64":…}}.
 */
record Result(String text, Map<String, @Nullable Object> fields) {
    Result {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    static Result of(String text) {
        return new Result(text, Map.of());
    }

    Result with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Result(text, more);
    }

    /** Returns the fields for people, too. */
    Result asJson() {
        return new Result(Json.write(fields), fields);
    }

    /** Adds a node's data; null if it has none. */
    Result withData(@Nullable Bytes data) {
        return with("data", data == null ? null : data(data));
    }

    /** Adds a node's stat, below the text, were that an empty line. */
    Result withStat(Stat stat, StatText shape) {
        return new Result(text + System.lineSeparator() + shape.of(stat), fields).with("stat", fieldsOf(stat));
    }

    /** Returns a node's stat and nothing else. */
    static Result ofStat(String path, Stat stat, StatText shape) {
        return of(shape.of(stat)).with("path", path).with("stat", fieldsOf(stat));
    }

    /** Returns {@code {"text":…}} if the bytes are text, else {@code {"base64":…}}. */
    static Map<String, @Nullable Object> data(Bytes data) {
        byte[] bytes = data.unsafeArray();
        try {
            return Map.of(
                    "text",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException notText) {
            return Map.of("base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    private static Map<String, @Nullable Object> fieldsOf(Stat stat) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("czxid", hex(stat.czxid()));
        fields.put("ctime", Instant.ofEpochMilli(stat.ctime()).toString());
        fields.put("mzxid", hex(stat.mzxid()));
        fields.put("mtime", Instant.ofEpochMilli(stat.mtime()).toString());
        fields.put("pzxid", hex(stat.pzxid()));
        fields.put("cversion", stat.cversion());
        fields.put("version", stat.version());
        fields.put("aversion", stat.aversion());
        fields.put("ephemeralOwner", hex(stat.ephemeralOwner()));
        fields.put("dataLength", stat.dataLength());
        fields.put("numChildren", stat.numChildren());
        return fields;
    }
}
