package baton.recipes.config;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.codec.HeadedText;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files as one payload: how they go through validation, measuring and the snapshot on disk. In the store each has a node.
 *
 * <p>A {@link HeadedText} of format {@value #FORMAT} with a field {@code file=<bytes> <name>} for each file, by name; the
 * body is their contents, one after another.
 */
final class FileBundle<T> implements Codec<T> {
    static final String FORMAT = "baton-config-files 1";

    private final FilesCodec<T> codec;

    FileBundle(FilesCodec<T> codec) {
        this.codec = codec;
    }

    @Override
    public Payload encode(T value) {
        return bundled(codec.encode(value).files());
    }

    @Override
    public T decode(Payload data) {
        return codec.decode(ConfigFiles.of(unbundled(data)));
    }

    @Override
    public String mediaType() {
        return FORMAT;
    }

    static Payload bundled(Map<String, Payload> files) {
        HeadedText.Builder text = HeadedText.builder(FORMAT);
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        new TreeMap<>(files).forEach((name, content) -> {
            text.field("file", content.length() + " " + name);
            contents.writeBytes(content.toByteArray());
        });
        return text.body(Payload.of(contents.toByteArray())).encode();
    }

    /** @throws CodecException if this is no bundle */
    static SortedMap<String, Payload> unbundled(Payload data) {
        try {
            HeadedText text = HeadedText.decode(FORMAT, data);
            byte[] contents = text.body().toByteArray();
            SortedMap<String, Payload> files = new TreeMap<>();
            int start = 0;
            for (String file : text.all("file")) {
                List<String> parts = List.of(file.split(" ", 2));
                int end = start + Integer.parseInt(parts.get(0));
                if (parts.size() != 2 || end < start || end > contents.length) {
                    throw new IllegalArgumentException("file=" + file + ": is not among " + contents.length + " bytes");
                }
                files.put(parts.get(1), Payload.of(Arrays.copyOfRange(contents, start, end)));
                start = end;
            }
            return files;
        } catch (IllegalArgumentException malformed) {
            throw new CodecException(FORMAT, data, String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
