package baton.protocol;

/**
 * One of the identities a connection has.
 *
 * <pre>string scheme, string user</pre>
 *
 * @param user the name within the scheme; empty where the scheme has none to show
 */
public record ClientIdentity(String scheme, String user) {
    public static ClientIdentity read(WireReader in) {
        return new ClientIdentity(in.string("identity.scheme"), in.string("identity.user"));
    }

    public void write(WireWriter out) {
        out.string(scheme).string(user);
    }
}
