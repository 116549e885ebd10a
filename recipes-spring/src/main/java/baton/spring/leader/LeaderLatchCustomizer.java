package baton.spring.leader;

import baton.recipes.latch.LeaderLatch;

/** A bean that changes how the latch of a role is built. Several are called in their {@code @Order}. */
@FunctionalInterface
public interface LeaderLatchCustomizer {
    void customize(String role, LeaderLatch.Builder builder);
}
