package baton.spring.autoconfigure;

import baton.spring.StartRefusedException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the core: what is written down, else the network if servers are named, else the embedded one.
 *
 * <p>An embedded core makes every instance its own leader. So where several instances are likely, in the cloud or in
 * production, it is used only if somebody wrote it down.
 *
 * @param kind of core to make
 * @param written whether somebody wrote it down
 */
record CoreChoice(CoreKind kind, boolean written) {
    private static final Logger LOG = LoggerFactory.getLogger(CoreChoice.class);
    private static final String ETCD = "etcd://";
    private static final String WAYS_OUT = "Either name the servers:%n%n    baton.connect=host1:2181,host2:2181%n%n"
            + "or say that one process is all there is:%n%n    baton.core=embedded";

    /**
     * Chooses.
     *
     * @param servers that are named, by a property or by a service connection
     */
    static CoreChoice of(
            BatonProperties properties, List<String> servers, Surroundings surroundings, boolean embeddedPresent) {
        CoreKind core = properties.core();
        boolean etcd = !servers.isEmpty() && servers.get(0).startsWith(ETCD);
        if (core != null && !servers.isEmpty() && etcd != (core == CoreKind.ETCD)) {
            throw new StartRefusedException(
                    "baton.core=" + core.name().toLowerCase(Locale.ROOT) + " contradicts baton.connect="
                            + String.join(",", servers) + ".",
                    "Servers of etcd are written " + ETCD
                            + "host:2379, others without etcd://; or leave baton.core out.");
        }
        if (etcd) {
            return new CoreChoice(CoreKind.ETCD, true);
        }
        if (core == CoreKind.EMBEDDED) {
            requireNoServers(servers);
            requireEmbedded(embeddedPresent);
            return new CoreChoice(core, true);
        }
        if (core != null) {
            requireServers(core, servers);
            return new CoreChoice(core, true);
        }
        if (!servers.isEmpty()) {
            return new CoreChoice(CoreKind.BATON, true);
        }
        if (!embeddedPresent) {
            throw new StartRefusedException(
                    "No coordination core is configured, and the embedded one is not on the class path.",
                    String.format("Name the servers:%n%n    baton.connect=host1:2181,host2:2181%n%n"
                            + "or add the dependency baton:baton-embedded."));
        }
        refuseWhereSeveralInstancesAreLikely(properties.embedded().refuseInProfiles(), surroundings);
        return new CoreChoice(CoreKind.EMBEDDED, false);
    }

    /** Says so if nobody wrote down that one process is all there is. */
    void warnIfAlone() {
        if (kind == CoreKind.EMBEDDED && !written) {
            LOG.warn("using the embedded core: coordinates one process only; several need baton.connect");
        }
    }

    private static void requireNoServers(List<String> connect) {
        if (!connect.isEmpty()) {
            throw new StartRefusedException(
                    "baton.core=embedded contradicts baton.connect=" + String.join(",", connect) + ".",
                    "Remove one of the two.");
        }
    }

    private static void requireEmbedded(boolean present) {
        if (!present) {
            throw new StartRefusedException(
                    "baton.core=embedded, but the embedded core is not on the class path.",
                    "Add the dependency baton:baton-embedded.");
        }
    }

    private static void requireServers(CoreKind core, List<String> connect) {
        if (connect.isEmpty()) {
            throw new StartRefusedException(
                    "baton.core=" + core.name().toLowerCase(Locale.ROOT) + ", but no servers are named.",
                    String.format("Name them:%n%n    baton.connect=host1:2181,host2:2181"));
        }
    }

    private static void refuseWhereSeveralInstancesAreLikely(List<String> refusing, Surroundings surroundings) {
        Optional<String> profile =
                surroundings.profiles().stream().filter(refusing::contains).findFirst();
        if (profile.isPresent() || surroundings.platform().isPresent()) {
            throw new StartRefusedException(
                    "No coordination core is configured. The embedded one would make every instance its own leader, so it"
                            + " is not chosen silently "
                            + profile.map(name -> "in profile " + name)
                                    .orElseGet(() ->
                                            "on " + surroundings.platform().orElseThrow())
                            + ".",
                    String.format(WAYS_OUT));
        }
    }
}
