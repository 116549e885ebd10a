package baton.server.config;

import baton.protocol.tls.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What a client must show to take up its session again, beside the session's number.
 *
 * @param key what the passwords of sessions are made with; null to make them as Apache ZooKeeper does, of the number alone
 * @param bound whether a session is of use only to those who prove to be who opened it or proved to be somebody in it
 */
public record SessionProof(@Nullable Secret key, boolean bound) {
    /** A password that servers of an ensemble with Apache ZooKeeper need. */
    public static final SessionProof CLASSIC = new SessionProof(null, false);
}
