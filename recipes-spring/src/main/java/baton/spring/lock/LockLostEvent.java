package baton.spring.lock;

import baton.recipes.FencingToken;
import baton.recipes.LossReason;

/**
 * A lock was lost while it was held.
 *
 * @param key of the lock
 * @param reason why it was lost
 * @param token under which it had been held
 */
public record LockLostEvent(String key, LossReason reason, FencingToken token) {}
