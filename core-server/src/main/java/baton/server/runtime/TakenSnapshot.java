package baton.server.runtime;

import baton.server.storage.WrittenSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A snapshot that was asked for, and its bytes, open: they stay readable even if the file is purged meanwhile. */
public record TakenSnapshot(WrittenSnapshot written, InputStream content) implements AutoCloseable {
    @Override
    public void close() {
        try {
            content.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
