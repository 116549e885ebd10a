package baton.spring.lock;

import baton.recipes.lock.InterProcessMutex;

/** A bean that changes how the mutex of a lock is built. Several are called in their {@code @Order}. */
@FunctionalInterface
public interface LockCustomizer {
    void customize(String key, InterProcessMutex.Builder builder);
}
