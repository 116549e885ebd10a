package baton.recipes.contend;

import baton.core.Listing;
import baton.core.NodePath;
import java.util.Optional;

/**
 * What is known of the tickets before one's own: at least those that are there. Confined to the strand.
 *
 * <p>It can only shrink, and every one that is said to be gone was seen to be gone.
 */
interface Ahead {
    /** Takes in a listing that was read after one's own ticket was made; false if that is not there any more. */
    boolean read(Optional<Listing> names);

    /** The nearest that counts, if one is left. */
    Optional<NodePath> nearest();

    /** That one is not there any more. */
    void gone(NodePath ticket);

    /** How many that count are left. */
    int count();

    /** Whether it takes a listing to learn of those that left while nobody looked. */
    boolean needsListing();
}
