package baton.recipes.config;

import baton.core.Payload;
import baton.recipes.codec.HeadedText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The last good value on disk.
 *
 * <p>A {@link HeadedText} of format {@value #FORMAT} with the fields {@code revision}, {@code version} and
 * {@code crc32c}, the checksum of the body in hexadecimal; the body is the value as its codec wrote it. Written to a
 * neighbour first, forced, and moved into place: a crash leaves the old file or the new one. What does not match its
 * checksum is not used.
 *
 * @param path of the file
 */
record SnapshotFile(Path path) {
    static final String FORMAT = "baton-config-snapshot 1";

    /** What the file holds. */
    record Content(long revision, String version, Payload value) {}

    void write(Content content) throws IOException {
        Payload bytes = HeadedText.builder(FORMAT)
                .field("revision", content.revision())
                .field("version", content.version())
                .field("crc32c", checksum(content.value()))
                .body(content.value())
                .encode();
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("snapshot " + path + ": must be a file in a directory");
        }
        Files.createDirectories(directory);
        Path neighbour = directory.resolve(path.getFileName() + ".new");
        try (FileChannel file = FileChannel.open(
                neighbour, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            file.force(true);
        }
        try {
            Files.move(neighbour, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(neighbour, path, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Reads the file.
     *
     * @return empty if there is none
     * @throws IOException if there is one that cannot be used, saying why
     */
    Optional<Content> read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
        try {
            HeadedText text = HeadedText.decode(FORMAT, Payload.of(bytes));
            if (!text.text("crc32c").equals(checksum(text.body()))) {
                throw new IOException("snapshot " + path + ": checksum " + text.text("crc32c") + " does not match");
            }
            return Optional.of(new Content(text.number("revision"), text.text("version"), text.body()));
        } catch (IllegalArgumentException damaged) {
            throw new IOException("snapshot " + path + ": " + damaged.getMessage(), damaged);
        }
    }

    private static String checksum(Payload value) {
        CRC32C sum = new CRC32C();
        sum.update(value.toByteArray());
        return Long.toHexString(sum.getValue());
    }
}
