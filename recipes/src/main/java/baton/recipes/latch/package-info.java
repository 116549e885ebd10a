/**
 * Electing a leader: {@link baton.recipes.latch.LeaderLatch} takes part, {@link baton.recipes.latch.LeaderObserver}
 * looks on.
 */
@NullMarked
package baton.recipes.latch;

import org.jspecify.annotations.NullMarked;
