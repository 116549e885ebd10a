package baton.server.auth;

/**
 * Who a client is, in the words of one scheme.
 *
 * @param scheme name of an {@link AuthScheme}, or {@link #SUPER}
 */
public record Identity(String scheme, String id) {
    /** The scheme of the identity that passes every check. */
    public static final String SUPER = "super";
}
