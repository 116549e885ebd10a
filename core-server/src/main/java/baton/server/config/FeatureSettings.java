package baton.server.config;

/**
 * What the server does beyond the common ground.
 *
 * @param ttlNodes whether nodes with a time to live may be created. A data directory that holds one can be opened by
 *     Apache ZooKeeper only with {@code extendedTypesEnabled=true}, so a {@code zoo.cfg} has to ask for it
 * @param quotaEnforced whether hard quotas refuse what goes beyond them
 * @param reconfigEnabled whether clients that ask for another ensemble are told that there is none, or that they may not
 * @param digestsKept whether logs and snapshots hold digests of the tree, and the server does not start if one is wrong.
 *     With them Apache ZooKeeper cannot read a snapshot if it was told not to expect any
 * @param audited whether there is a log line for each change that is asked for
 * @param containerCheckMillis how often empty containers and expired TTL nodes are looked for
 * @param containersPerMinute how many of them are deleted a minute at most; 0 for none
 * @param neverUsedMillis after what time a container that never had a child vanishes too; 0 is never
 * @param auth how clients say who they are
 */
public record FeatureSettings(
        boolean ttlNodes,
        boolean quotaEnforced,
        boolean reconfigEnabled,
        boolean digestsKept,
        boolean audited,
        int containerCheckMillis,
        int containersPerMinute,
        int neverUsedMillis,
        AuthSettings auth) {
    /** What the log of changes is called: by this name an Apache ZooKeeper's is told where to go. */
    public static final String AUDIT_LOGGER = "org.apache.zookeeper.audit.Slf4jAuditLogger";

    static final Range CONTAINER_CHECK = Range.of(1, Integer.MAX_VALUE, "ms");
    static final Range PER_MINUTE = Range.of(0, Integer.MAX_VALUE, "nodes a minute");
    static final Range NEVER_USED = Range.of(0, Integer.MAX_VALUE, "ms");

    /** Nodes with a time to live, and otherwise what Apache ZooKeeper does unless told otherwise. */
    public static final FeatureSettings DEFAULT =
            new FeatureSettings(true, false, false, true, false, 60_000, 10_000, 0, AuthSettings.DEFAULT);

    public FeatureSettings {
        CONTAINER_CHECK.check("containerCheckMillis", containerCheckMillis);
        PER_MINUTE.check("containersPerMinute", containersPerMinute);
        NEVER_USED.check("neverUsedMillis", neverUsedMillis);
    }

    /** Returns the same with another interval of looking for containers. */
    public FeatureSettings withContainerCheckMillis(int millis) {
        return new FeatureSettings(
                ttlNodes,
                quotaEnforced,
                reconfigEnabled,
                digestsKept,
                audited,
                millis,
                containersPerMinute,
                neverUsedMillis,
                auth);
    }

    /** Returns the same with hard quotas in force. */
    public FeatureSettings withQuotaEnforced() {
        return new FeatureSettings(
                ttlNodes,
                true,
                reconfigEnabled,
                digestsKept,
                audited,
                containerCheckMillis,
                containersPerMinute,
                neverUsedMillis,
                auth);
    }

    /** Returns the same without digests in logs and snapshots. */
    public FeatureSettings withoutDigests() {
        return new FeatureSettings(
                ttlNodes,
                quotaEnforced,
                reconfigEnabled,
                false,
                audited,
                containerCheckMillis,
                containersPerMinute,
                neverUsedMillis,
                auth);
    }

    /** Returns the same with a log line for each change that is asked for. */
    public FeatureSettings withAudit() {
        return new FeatureSettings(
                ttlNodes,
                quotaEnforced,
                reconfigEnabled,
                digestsKept,
                true,
                containerCheckMillis,
                containersPerMinute,
                neverUsedMillis,
                auth);
    }

    public FeatureSettings withAuth(AuthSettings other) {
        return new FeatureSettings(
                ttlNodes,
                quotaEnforced,
                reconfigEnabled,
                digestsKept,
                audited,
                containerCheckMillis,
                containersPerMinute,
                neverUsedMillis,
                other);
    }
}
