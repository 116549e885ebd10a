/**
 * Looking around: which recipes a store holds, and who is in them.
 *
 * <p>{@link baton.recipes.survey.Survey} walks a tree and hands out a {@link baton.recipes.survey.Sight} for each recipe
 * it recognises; what is in it are the recipes' own words ({@link baton.recipes.lock.LockTicket},
 * {@link baton.recipes.latch.Participant}, {@link baton.recipes.membership.Member},
 * {@link baton.recipes.registry.ServiceInstance}, {@link baton.recipes.queue.MasterView}; for what only Curator has,
 * {@link baton.recipes.survey.Gathering} and {@link baton.recipes.survey.Backlog}). It changes nothing, takes no
 * part and needs no cooperation of those it looks at. Tools stand on it; recipes do not.
 */
@NullMarked
package baton.recipes.survey;

import org.jspecify.annotations.NullMarked;
