package baton.recipes.config;

import baton.core.Payload;
import baton.recipes.CodecException;
import baton.recipes.codec.HeadedText;
import java.time.Instant;
import java.util.List;

/**
 * What stands in the node of a version: a {@link HeadedText} of format {@value #FORMAT} whose body is the value as its
 * codec wrote it. Never written again, so a reader sees one version or another, never a mixture.
 *
 * @param author who published it
 * @param comment why
 * @param previous name of the version before it, empty for the first
 * @param publishedMillis by the publisher's clock
 * @param files names of the files that stand below it, each in a node; empty if the value stands here
 * @param value empty in the store if there are files
 */
record VersionEntry(
        String author, String comment, String previous, long publishedMillis, List<String> files, Payload value) {
    static final String FORMAT = "baton-config 1";

    VersionEntry {
        files = List.copyOf(files);
    }

    VersionEntry withValue(Payload other) {
        return new VersionEntry(author, comment, previous, publishedMillis, files, other);
    }

    Payload encode() {
        HeadedText.Builder text = HeadedText.builder(FORMAT)
                .field("author", author)
                .field("comment", comment)
                .field("previous", previous)
                .field("published", publishedMillis);
        files.forEach(name -> text.field("file", name));
        return text.body(value).encode();
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
                    text.all("file"),
                    text.body());
        } catch (IllegalArgumentException malformed) {
            throw new CodecException(FORMAT, data, String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
