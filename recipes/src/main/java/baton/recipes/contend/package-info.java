/**
 * Standing in line at the store: the engine under latch and locks.
 *
 * <p>Whoever waits has a ticket, an ephemeral node with an order of arrival. A {@link baton.recipes.contend.Contender}
 * makes attempts, one after another: each makes a ticket, finds its place in line, and waits until nobody who counts is
 * before it. Then the contender yields a {@link baton.recipes.contend.TicketGrant};
 * a {@link baton.recipes.contend.TicketRule} says who counts. {@link baton.recipes.contend.TicketQueue} is the line
 * inside this process, so that one process has at most one ticket a directory.
 *
 * <p>Everything of one contender happens on one strand. Recipes drive it; users see grants only.
 */
@NullMarked
package baton.recipes.contend;

import org.jspecify.annotations.NullMarked;
