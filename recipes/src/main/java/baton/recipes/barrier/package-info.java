/** A gate between processes: {@link baton.recipes.barrier.DistributedBarrier}. */
@NullMarked
package baton.recipes.barrier;

import org.jspecify.annotations.NullMarked;
