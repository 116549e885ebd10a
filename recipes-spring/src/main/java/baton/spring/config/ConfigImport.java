package baton.spring.config;

import baton.core.NodePath;
import java.util.List;
import java.util.Optional;

/**
 * One node that an application imports its configuration from.
 *
 * @param path below the namespace of configuration
 * @param format of the node's document; empty if the nodes below it are the keys
 * @param profiles that are active, for documents that name some
 * @param presence what its absence means
 */
public record ConfigImport(NodePath path, Optional<DocumentFormat> format, List<String> profiles, Presence presence) {
    public ConfigImport {
        profiles = List.copyOf(profiles);
    }

    /** What it means at the start if a node cannot be read. */
    public enum Presence {
        /** The application must not start without it. */
        REQUIRED,
        /** The node may be absent, but the store has to say so. */
        MAY_BE_ABSENT,
        /** The application starts without it; what comes later is a change. */
        OPTIONAL
    }

    /** As users write it. */
    @Override
    public String toString() {
        return (presence == Presence.OPTIONAL ? "optional:" : "") + "baton:" + path;
    }
}
