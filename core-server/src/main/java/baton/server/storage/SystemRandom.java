package baton.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * What nobody can foresee, as the system draws it. Asked for at every start, for which {@link SecureRandom} is too slow: what
 * the JDK loads for it takes 30 ms, and on Linux it reads the same file. Reading it touches no disk.
 */
public final class SystemRandom {
    private static final Path DEVICE = Path.of("/dev/urandom");

    private SystemRandom() {}

    /** Draws a number. */
    public static long nextLong() {
        try (InputStream device = Files.newInputStream(DEVICE)) {
            byte[] drawn = device.readNBytes(Long.BYTES);
            return drawn.length == Long.BYTES ? ByteBuffer.wrap(drawn).getLong() : elsewhere();
        } catch (IOException noSuchDevice) {
            return elsewhere();
        }
    }

    private static long elsewhere() {
        return new SecureRandom().nextLong();
    }
}
