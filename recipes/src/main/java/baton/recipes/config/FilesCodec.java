package baton.recipes.config;

import baton.recipes.CodecException;

/**
 * Turns values into files and back. Runs on the listener executor, never on an internal thread.
 *
 * @param <T> the values
 */
public interface FilesCodec<T> {
    ConfigFiles encode(T value);

    /** @throws CodecException if these files are no such value */
    T decode(ConfigFiles files);

    /** Values that are files themselves. */
    static FilesCodec<ConfigFiles> plain() {
        return new FilesCodec<>() {
            @Override
            public ConfigFiles encode(ConfigFiles value) {
                return value;
            }

            @Override
            public ConfigFiles decode(ConfigFiles files) {
                return files;
            }
        };
    }
}
