package baton.recipes.config;

import baton.core.NodePath;

/**
 * The nodes of one configuration.
 *
 * @param root holds the value in simple mode
 * @param mode whether there are versions
 */
record ConfigLayout(NodePath root, Mode mode) {

    /** What stands at the root. */
    enum Mode {
        /** The value itself. */
        SIMPLE,
        /** {@code versions/v-...}, never written again, and {@code current}, which names one of them. */
        VERSIONED,
        /** As {@code VERSIONED}; a version has a child for each of its files. */
        FILES
    }

    /** The same with versions; files have them anyway. */
    ConfigLayout versioned() {
        return isVersioned() ? this : new ConfigLayout(root, Mode.VERSIONED);
    }

    boolean isVersioned() {
        return mode != Mode.SIMPLE;
    }

    boolean hasFiles() {
        return mode == Mode.FILES;
    }

    /** The node whose change is a change of the value. */
    NodePath watched() {
        return isVersioned() ? root.child("current") : root;
    }

    NodePath versions() {
        return root.child("versions");
    }

    NodePath version(String name) {
        return versions().child(name);
    }
}
