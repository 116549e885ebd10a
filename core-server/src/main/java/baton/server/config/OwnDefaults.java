package baton.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a file is silent and another default is in force than Apache ZooKeeper's, as far as who takes it over may notice. */
public final class OwnDefaults {
    private static final String PURGE_INTERVAL = "autopurge.purgeInterval";
    private static final String NEVER = "0";
    private static final String UNBOUNDED = Integer.toString(Integer.MAX_VALUE);

    /** By key what stands for Apache ZooKeeper's. */
    private static final Map<String, String> THEIRS = Map.ofEntries(
            Map.entry(PURGE_INTERVAL, NEVER),
            Map.entry("autopurge.snapRetainCount", "3"),
            Map.entry("admin.serverAddress", "0.0.0.0"),
            Map.entry("4lw.commands.whitelist", "srvr"),
            Map.entry("maxCnxns", "0"),
            Map.entry("connection_throttle_tokens", "0"),
            Map.entry("baton.sessionsMax", UNBOUNDED),
            Map.entry("baton.ephemeralsPerSessionMax", UNBOUNDED),
            Map.entry("baton.watchesPerConnectionMax", UNBOUNDED),
            Map.entry("baton.watchesMax", UNBOUNDED));

    private OwnDefaults() {}

    /** Says in one line which they are, and what to write to have Apache ZooKeeper's behaviour; nothing if none is. */
    public static Optional<String> in(ConfigReport report) {
        List<String> own = new ArrayList<>();
        boolean purges = true;
        for (ConfigReport.Entry each : report.keys()) {
            String theirs = THEIRS.get(each.key());
            purges &= !(each.key().equals(PURGE_INTERVAL) && each.value().equals(NEVER));
            // An empty address is that of all, which another key of the admin server has brought back.
            boolean differs = theirs != null
                    && !theirs.equals(each.value())
                    && !each.value().isEmpty();
            if (differs && each.isDefault() && (purges || !each.key().startsWith("autopurge."))) {
                own.add(each.key() + "=" + theirs + " (it is " + each.value() + ")");
            }
        }
        return own.isEmpty()
                ? Optional.empty()
                : Optional.of("defaults that are not Apache ZooKeeper's are in force; to have those write "
                        + String.join("; ", own));
    }
}
