package baton.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key as a file states it, whether or not a server would start with the file.
 *
 * @param key by its usual name, without a prefix
 * @param value as it stands there; {@link #shown} is for people
 * @param line where it begins
 * @param doubt why the line does nothing here, or keeps a server from starting; empty if it does what it says
 */
public record StatedKey(String key, String value, int line, Optional<String> doubt) {
    /**
     * Reads the keys of a file, in order.
     *
     * @throws ConfigException if it cannot be read
     */
    public static List<StatedKey> of(Path file) throws ConfigException {
        List<StatedKey> keys = new ArrayList<>();
        for (ConfigLine each : ConfigLine.parse(file.toString(), ConfigLine.linesOf(file))) {
            keys.add(of(each));
        }
        return keys;
    }

    private static StatedKey of(ConfigLine line) {
        String key = KnownKey.bare(line.key());
        int number = line.origin() instanceof Origin.Line at ? at.number() : 0;
        return new StatedKey(key, line.value(), number, doubt(key, line.value()));
    }

    private static Optional<String> doubt(String key, String value) {
        KnownKey known = KnownKey.find(key);
        if (known == null) {
            String nearest = KnownKey.nearest(key);
            return Optional.of("unknown" + (nearest == null ? "" : ": did you mean " + nearest + "?"));
        }
        return switch (known.treatment()) {
            case HONOURED -> Optional.empty();
            case NO_EFFECT -> Optional.of("has no effect here: " + known.reason());
            case REFUSED ->
                Optional.of(
                        (ConfigFile.switchesOff(known, value) ? "is off anyway: " : "is refused: ") + known.reason());
        };
    }

    /** Returns the value, or stars if it is secret or may be. */
    public String shown() {
        return KnownKey.find(key) == null ? "***" : new ConfigReport.Entry(key, value, "", "").value();
    }

    /** Says whether all members of an ensemble must state the same. */
    public boolean isOfEnsemble() {
        return key.startsWith("server.")
                || key.startsWith("group.")
                || key.startsWith("weight.")
                || List.of("tickTime", "initLimit", "syncLimit", "jute.maxbuffer", "sslQuorum", "portUnification")
                        .contains(key);
    }
}
