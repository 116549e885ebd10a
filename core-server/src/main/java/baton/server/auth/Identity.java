package baton.server.auth;

import baton.protocol.tls.Secret;

/**
 * Who a client is, in the words of one scheme.
 *
 * @param scheme name of an {@link AuthScheme}, or {@link #SUPER}
 */
public record Identity(String scheme, String id) {
    /** The scheme of the identity that passes every check. */
    public static final String SUPER = "super";

    /** The id may be a hash of a password, which nobody is to find out piece by piece. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Identity that && scheme.equals(that.scheme) && Secret.isSame(id, that.id);
    }

    @Override
    public int hashCode() {
        return 31 * scheme.hashCode() + id.hashCode();
    }
}
