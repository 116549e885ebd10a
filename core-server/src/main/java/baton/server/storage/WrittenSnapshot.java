package baton.server.storage;

import java.nio.file.Path;

/**
 * A snapshot that is there.
 *
 * @param zxid last transaction whose effects are all in it
 * @param writtenAtMillis in milliseconds since 1970
 */
public record WrittenSnapshot(Path file, long zxid, long bytes, long writtenAtMillis) {}
