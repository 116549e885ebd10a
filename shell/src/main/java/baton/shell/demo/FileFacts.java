package baton.shell.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What the demo finds out about a file.
 *
 * @param sha256 digest of its bytes, in lower-case hexadecimal digits
 * @param lines number of line feeds, as {@code wc -l} counts
 * @param words number of runs of bytes that are not white space, as {@code wc -w} counts
 */
record FileFacts(String sha256, long lines, long words) {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** What is done between the two halves of the work. */
    interface Halfway {
        void reached() throws InterruptedException;
    }

    /** Finds out everything in one go. */
    static FileFacts of(Path file) throws IOException {
        Counts counts = count(file);
        return new FileFacts(digest(file), counts.lines, counts.words);
    }

    /** Computes the digest, says that half the work is done, and counts. */
    static FileFacts of(Path file, Halfway halfway) throws IOException, InterruptedException {
        String sha256 = digest(file);
        halfway.reached();
        Counts counts = count(file);
        return new FileFacts(sha256, counts.lines, counts.words);
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = newDigest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static Counts count(Path file) throws IOException {
        Counts counts = new Counts();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                counts.add(buffer, length);
            }
        }
        return counts;
    }

    private static final class Counts {
        private long lines;
        private long words;
        private boolean insideWord;

        void add(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                byte each = bytes[i];
                boolean space = each == ' ' || each >= '\t' && each <= '\r';
                lines += each == '\n' ? 1 : 0;
                words += !space && !insideWord ? 1 : 0;
                insideWord = !space;
            }
        }
    }
}
