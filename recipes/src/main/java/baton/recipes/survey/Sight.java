package baton.recipes.survey;

import baton.core.NodePath;

/**
 * A recipe that was come across.
 *
 * @param path where it is
 * @param what who or what is in it; its parts were read one after another, not at one revision
 * @param layout whose names those in it bear
 */
public record Sight<T>(NodePath path, T what, Layout layout) {
    /** One of ours, or of Curator's. */
    public Sight(NodePath path, T what) {
        this(path, what, Layout.OURS);
    }
}
