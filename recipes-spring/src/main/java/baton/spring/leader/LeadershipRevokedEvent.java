package baton.spring.leader;

import baton.recipes.FencingToken;
import baton.recipes.LossReason;

/**
 * This instance leads a role no more. Follows exactly one {@link LeadershipGrantedEvent}.
 *
 * @param role that it led
 * @param reason why it was lost
 * @param token under which it had led
 */
public record LeadershipRevokedEvent(String role, LossReason reason, FencingToken token) {}
