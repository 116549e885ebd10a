package baton.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which process of this machine has a port or a file, as Linux tells in {@code /proc}. Opens no socket and no lock, so
 * nobody is disturbed. Elsewhere, and of processes of other users, it knows less or nothing.
 */
final class Processes {
    private static final String LISTENING = "0A";
    private static final int ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int WORD_BYTES = 4;

    private final Path proc;

    Processes(Path proc) {
        this.proc = proc;
    }

    static Processes ofThisMachine() {
        return new Processes(Path.of("/proc"));
    }

    /** Returns who listens where the address would, {@code a process} if it is one of another user; empty for nobody. */
    Optional<String> listeningOn(InetSocketAddress address) {
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : lines(proc.resolve(table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > INODE && fields[STATE].equals(LISTENING) && isTaken(address, fields[ADDRESS])) {
                    return Optional.of(holding("socket:[" + fields[INODE] + "]").orElse("a process"));
                }
            }
        }
        return Optional.empty();
    }

    /** Returns who has the file open. */
    Optional<String> holdingFile(Path file) {
        try {
            return holding(file.toRealPath().toString());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static boolean isTaken(InetSocketAddress wanted, String shown) {
        int colon = shown.indexOf(':');
        if (colon < 0 || Integer.parseInt(shown.substring(colon + 1), 16) != wanted.getPort()) {
            return false;
        }
        InetAddress there = address(shown.substring(0, colon));
        return there.isAnyLocalAddress()
                || wanted.getAddress().isAnyLocalAddress()
                || there.equals(wanted.getAddress());
    }

    // Words of four bytes, each of them backwards.
    private static InetAddress address(String hex) {
        byte[] shown = HexFormat.of().parseHex(hex);
        byte[] bytes = new byte[shown.length];
        for (int i = 0; i < shown.length; i++) {
            bytes[i] = shown[i / WORD_BYTES * WORD_BYTES + WORD_BYTES - 1 - i % WORD_BYTES];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes: " + hex, impossible);
        }
    }

    private Optional<String> holding(String opened) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path each : processes) {
                if (hasOpen(each, opened)) {
                    String name =
                            lines(each.resolve("comm")).stream().findFirst().orElse("");
                    return Optional.of("process " + each.getFileName() + (name.isEmpty() ? "" : " (" + name + ")"));
                }
            }
        } catch (IOException | DirectoryIteratorException unknown) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean hasOpen(Path process, String opened) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path each : descriptors) {
                if (isLinkTo(each, opened)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException notOursOrEnded) {
            return false;
        }
        return false;
    }

    private static boolean isLinkTo(Path descriptor, String opened) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(opened);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException absent) {
            return List.of();
        }
    }
}
