package baton.spring.leader;

import java.time.Duration;

/**
 * The store is silent: this instance still leads, and will until the lease ends, unless the store answers.
 *
 * @param role that it leads
 * @param remaining for how long it certainly leads
 */
public record LeadershipJeopardyEvent(String role, Duration remaining) {}
