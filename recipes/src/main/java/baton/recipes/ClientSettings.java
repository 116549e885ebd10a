package baton.recipes;

import baton.core.NodePath;
import baton.core.SessionOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * How a client behaves. Immutable; made by {@link CoordinationClient.Builder}.
 *
 * @param namespace every path of every recipe lies below it
 * @param session what the core is asked for
 * @param leasePolicy what a lost connection does to a grant
 * @param tryTimeout bounds one look at the store by the calls that do not wait in line
 * @param opTimeout bounds blocking calls that take no timeout of their own
 * @param clockJump wall-clock progress beyond the monotonic clock's that makes grants doubt themselves; zero: never
 * @param clientId names this client to people
 * @param scopeId names the store in fencing tokens; empty: as the core says
 */
public record ClientSettings(
        NodePath namespace,
        SessionOptions session,
        LeasePolicy leasePolicy,
        Duration tryTimeout,
        Duration opTimeout,
        Duration clockJump,
        String clientId,
        Optional<String> scopeId) {
    public ClientSettings {
        requirePositive("tryTimeout", tryTimeout);
        requirePositive("opTimeout", opTimeout);
        if (clockJump.isNegative()) {
            throw new IllegalArgumentException("clockJump " + clockJump + ": must be positive, or zero for off");
        }
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("clientId must not be blank");
        }
    }

    /** The same settings for another namespace. */
    ClientSettings withNamespace(NodePath other) {
        return new ClientSettings(other, session, leasePolicy, tryTimeout, opTimeout, clockJump, clientId, scopeId);
    }

    private static void requirePositive(String setting, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException(setting + " " + value + ": must be above 0 and at most 24 hours");
        }
    }
}
