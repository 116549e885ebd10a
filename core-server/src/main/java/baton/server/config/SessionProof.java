package baton.server.config;

import baton.protocol.tls.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What a client must show to take up its session again, beside the session's number.
 *
 * @param key what the passwords of sessions are made with; null to make them as Apache ZooKeeper does, of the number alone
 * @param bound whether who comes with a certificate leaves a session that nobody without it can take up
 */
public record SessionProof(@Nullable Secret key, boolean bound) {
    /** A password that servers of an ensemble with Apache ZooKeeper need. */
    public static final SessionProof CLASSIC = new SessionProof(null, false);
}
