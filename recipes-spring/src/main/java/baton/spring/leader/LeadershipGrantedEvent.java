package baton.spring.leader;

import baton.recipes.latch.Leadership;

/**
 * This instance has become the leader of a role.
 *
 * @param role that it leads
 * @param leadership what it holds; may be lost again by the time a listener runs
 */
public record LeadershipGrantedEvent(String role, Leadership leadership) {
    @Override
    public String toString() {
        return "LeadershipGrantedEvent[role=" + role + ", token="
                + leadership.token().value() + "]";
    }
}
