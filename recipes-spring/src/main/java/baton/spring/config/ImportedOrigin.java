package baton.spring.config;

import baton.core.NodePath;
import org.springframework.boot.origin.Origin;

/**
 * Where an imported key comes from.
 *
 * @param node that holds the value
 * @param revision of the store that wrote it
 */
record ImportedOrigin(NodePath node, long revision) implements Origin {
    @Override
    public String toString() {
        return "node " + node + " revision " + revision;
    }
}
