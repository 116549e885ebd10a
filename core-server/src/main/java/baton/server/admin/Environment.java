package baton.server.admin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a server runs in: the properties its process was started with. Values that look like secrets are not kept. */
public record Environment(Map<String, String> properties) {
    private static final List<String> SHOWN = List.of(
            "java.version",
            "java.vendor",
            "java.home",
            "java.class.path",
            "java.library.path",
            "java.io.tmpdir",
            "java.compiler",
            "os.name",
            "os.arch",
            "os.version",
            "user.name",
            "user.home",
            "user.dir");
    private static final String SECRET = "***";

    /** Rather one too many; but where a key store lies is no secret. */
    private static final Pattern SECRET_NAME = Pattern.compile(
            "passw|pwd|passphrase|secret|superdigest|credential|token|private.?key|api.?key|keys?(?![a-z])");

    /** Nor is how many tokens the throttle of new sessions has. */
    private static final String THROTTLE = "zookeeper.connection_throttle_tokens";

    private static final String UNKNOWN = "<NA>";

    public Environment {
        properties = Map.copyOf(properties);
    }

    /** Takes what may be shown of the properties. */
    public static Environment of(Properties properties) {
        Map<String, String> kept = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            kept.put(name, isSecret(name) ? SECRET : properties.getProperty(name));
        }
        return new Environment(kept);
    }

    private static boolean isSecret(String name) {
        return !name.equals(THROTTLE)
                && SECRET_NAME.matcher(name.toLowerCase(Locale.ROOT)).find();
    }

    /** Returns what operators are shown, in order. Looks up the host's name, which may take a moment. */
    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("zookeeper.version", ServerVersion.TEXT);
        entries.put("host.name", hostName());
        for (String name : SHOWN) {
            entries.put(name, properties.getOrDefault(name, UNKNOWN));
        }
        Runtime runtime = Runtime.getRuntime();
        entries.put("os.memory.free", mebibytes(runtime.freeMemory()));
        entries.put("os.memory.max", mebibytes(runtime.maxMemory()));
        entries.put("os.memory.total", mebibytes(runtime.totalMemory()));
        return entries;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return UNKNOWN;
        }
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + "MB";
    }
}
