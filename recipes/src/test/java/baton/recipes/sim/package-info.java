/** Clients in a simulation: virtual time, a seeded order of events, and faults. */
@NullMarked
package baton.recipes.sim;

import org.jspecify.annotations.NullMarked;
