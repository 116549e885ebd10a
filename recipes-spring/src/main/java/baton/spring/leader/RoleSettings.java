package baton.spring.leader;

import baton.recipes.LeasePolicy;
import java.util.Optional;

/**
 * How one role is contended for.
 *
 * @param path of its latch, below the namespace
 * @param leasePolicy what a lost connection does to leadership; empty: as the client says
 */
public record RoleSettings(String path, Optional<LeasePolicy> leasePolicy) {}
