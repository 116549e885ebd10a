/**
 * Leadership in an application: {@link baton.spring.leader.LeaderOnly} guards calls, {@link
 * baton.spring.leader.OnLeader} runs a method from grant to loss, {@link baton.spring.leader.Role} injects a latch,
 * {@link baton.spring.leader.Elections} is all of it without annotations. Events say when leadership comes and goes.
 *
 * <p>There is one {@link baton.recipes.latch.LeaderLatch} for each role of a context; {@code Elections} owns them.
 */
@NullMarked
package baton.spring.leader;

import org.jspecify.annotations.NullMarked;
