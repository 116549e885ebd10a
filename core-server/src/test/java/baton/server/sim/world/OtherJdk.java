package baton.server.sim.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The newest JDK of this machine that is not of the release that runs here, where {@code bin/baton} looks for one, too. */
final class OtherJdk {
    private static final int FEATURE_MIN = 17;
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/lib/jvm"), Path.of("/opt/java"), Path.of("/Library/Java/JavaVirtualMachines"));
    private static final Pattern VERSION = Pattern.compile("^JAVA_VERSION=\"(\\d+)", Pattern.MULTILINE);

    private OtherJdk() {}

    /** Returns its home: the one that {@code sim.jdk} names, else the newest there is. */
    static Optional<Path> home() {
        String named = System.getProperty("sim.jdk", "");
        return named.isEmpty() ? newest(candidates(), Runtime.version().feature()) : Optional.of(Path.of(named));
    }

    /** Returns the newest of the homes of JDKs that is of another release; none if there is none that could run this. */
    static Optional<Path> newest(List<Path> homes, int here) {
        return homes.stream()
                .filter(each -> feature(each) >= FEATURE_MIN && feature(each) != here)
                .max(Comparator.comparingInt(OtherJdk::feature));
    }

    private static List<Path> candidates() {
        List<Path> homes = new ArrayList<>();
        String javaHome = System.getenv("JAVA_HOME");
        if (javaHome != null) {
            homes.add(Path.of(javaHome));
        }
        for (Path place : PLACES) {
            for (Path each : in(place)) {
                homes.add(each);
                homes.add(each.resolve("Contents/Home"));
            }
        }
        return homes;
    }

    private static List<Path> in(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns which Java a JDK is; 0 if there is none. */
    private static int feature(Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/java"))) {
            return 0;
        }
        try {
            Matcher version = VERSION.matcher(Files.readString(release));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
