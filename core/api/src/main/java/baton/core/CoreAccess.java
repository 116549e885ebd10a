package baton.core;

import java.util.Optional;

/**
 * What a store may want besides its address.
 *
 * @param login who this client is, if anybody
 * @param tls how to encrypt, if at all
 */
public record CoreAccess(Optional<Login> login, Optional<Encryption> tls) {
    /** A store that asks for nothing. */
    public static final CoreAccess OPEN = new CoreAccess(Optional.empty(), Optional.empty());

    /** As this, with a login. */
    public CoreAccess as(Login who) {
        return new CoreAccess(Optional.of(who), tls);
    }

    /** As this, encrypted. */
    public CoreAccess over(Encryption how) {
        return new CoreAccess(login, Optional.of(how));
    }
}
