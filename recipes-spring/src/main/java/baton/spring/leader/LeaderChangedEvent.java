package baton.spring.leader;

import baton.recipes.latch.Participant;

/**
 * Another instance leads a role that is observed, or none does: see {@link Elections#observe}.
 *
 * @param role that is led
 * @param leader of it now; {@link Participant#isSomebody} is false if nobody leads
 */
public record LeaderChangedEvent(String role, Participant leader) {}
