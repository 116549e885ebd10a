package baton.core;

import java.util.Set;

/**
 * What a core is.
 *
 * @param kind {@code embedded}, {@code znode} or {@code etcd}
 * @param servers the addresses this core may connect to, for humans
 * @param scopeId names the store for fencing tokens: tokens of different scopes are not comparable. It must be
 *     changed by the operator when an older state of the store was restored.
 * @param limits the bounds recipes have to split their work by
 */
public record CoreInfo(String kind, Set<String> servers, String scopeId, Limits limits) {
    public CoreInfo {
        servers = Set.copyOf(servers);
    }

    /**
     * Bounds of one core.
     *
     * @param maxTxnOps operations in one transaction
     * @param maxDataBytes payload bytes of one node
     * @param maxListing names one listing can return, assuming names of 64 bytes
     */
    public record Limits(int maxTxnOps, int maxDataBytes, int maxListing) {
        public Limits {
            if (maxTxnOps < 1 || maxDataBytes < 1 || maxListing < 1) {
                throw new IllegalArgumentException("limits must be positive: maxTxnOps=" + maxTxnOps + " maxDataBytes="
                        + maxDataBytes + " maxListing=" + maxListing);
            }
        }
    }
}
