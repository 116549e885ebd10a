package baton.recipes.config;

import baton.core.Payload;
import baton.recipes.CodecException;
import baton.recipes.codec.HeadedText;
import java.time.Instant;

/**
 * What stands in the node of a version: a {@link HeadedText} of format {@value #FORMAT} whose body is the value as its
 * codec wrote it. Never written again, so a reader sees one version or another, never a mixture.
 */
record VersionEntry(String author, String comment, String previous, long publishedMillis, Payload value) {
    static final String FORMAT = "baton-config 1";

    Payload encode() {
        return HeadedText.builder(FORMAT)
                .field("author", author)
                .field("comment", comment)
                .field("previous", previous)
                .field("published", publishedMillis)
                .body(value)
                .encode();
    }

    ConfigVersion named(String name) {
        return new ConfigVersion(name, author, comment, previous, Instant.ofEpochMilli(publishedMillis));
    }

    /** @throws CodecException if this is no version */
    static VersionEntry decode(Payload data) {
        try {
            HeadedText text = HeadedText.decode(FORMAT, data);
            return new VersionEntry(
                    text.text("author"),
                    text.text("comment"),
                    text.text("previous"),
                    text.number("published"),
                    text.body());
        } catch (IllegalArgumentException malformed) {
            throw new CodecException(FORMAT, data, String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
