package baton.server.tree;

import org.jspecify.annotations.Nullable;

/**
 * A quota, and what is used of it.
 *
 * @param path the top of the subtree
 * @param used null if no account is kept
 */
public record QuotaUse(String path, @Nullable QuotaNumbers used, QuotaNumbers limits) {
    /** Returns the first name in the path. */
    public String namespace() {
        int slash = path.indexOf('/', 1);
        return path.substring(1, slash < 0 ? path.length() : slash);
    }

    /** Returns how many nodes there may be, by the limit that refuses or else by the one that warns; -1 for no limit. */
    public long countLimit() {
        return limits.countHard() >= 0 ? limits.countHard() : limits.count();
    }

    /** Returns how many bytes there may be, likewise. */
    public long bytesLimit() {
        return limits.bytesHard() >= 0 ? limits.bytesHard() : limits.bytes();
    }
}
