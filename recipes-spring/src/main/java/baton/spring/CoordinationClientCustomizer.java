package baton.spring;

import baton.recipes.CoordinationClient;

/** A bean that changes how the auto-configured client is built. Several are called in their {@code @Order}. */
@FunctionalInterface
public interface CoordinationClientCustomizer {
    void customize(CoordinationClient.Builder builder);
}
