package baton.server.config;

import org.jspecify.annotations.Nullable;

/**
 * What the server does beyond the common ground.
 *
 * @param ttlNodes whether nodes with a time to live may be created. A data directory that holds one can be opened by
 *     Apache ZooKeeper only with {@code extendedTypesEnabled=true}, so a {@code zoo.cfg} has to ask for it
 * @param aclChecked whether access control lists are enforced
 * @param superDigest {@code user:base64(sha1(user:password))} of the user that passes every check, or null for none
 * @param containerCheckMillis how often empty containers and expired TTL nodes are looked for
 */
public record FeatureSettings(
        boolean ttlNodes, boolean aclChecked, @Nullable String superDigest, int containerCheckMillis) {
    static final Range CONTAINER_CHECK = Range.of(1, Integer.MAX_VALUE, "ms");

    /** All of it, with nobody above the lists. */
    public static final FeatureSettings DEFAULT = new FeatureSettings(true, true, null, 60_000);

    public FeatureSettings {
        CONTAINER_CHECK.check("containerCheckMillis", containerCheckMillis);
    }

    /** Returns the same with another interval of looking for containers. */
    public FeatureSettings withContainerCheckMillis(int millis) {
        return new FeatureSettings(ttlNodes, aclChecked, superDigest, millis);
    }
}
