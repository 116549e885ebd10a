/**
 * What {@code @LeaderOnly} and {@code @DistributedLock} have in common.
 *
 * <p>{@link baton.spring.guard.BatonGuards} is for application code inside a guarded method. The rest serves the two
 * families of guards: {@link baton.spring.guard.GuardLookup} finds the annotation of a method,
 * {@link baton.spring.guard.GuardPostProcessor} puts the interceptor around beans and refuses what it could not guard,
 * {@link baton.spring.guard.GuardedCall} runs the method under a grant.
 */
@NullMarked
package baton.spring.guard;

import org.jspecify.annotations.NullMarked;
