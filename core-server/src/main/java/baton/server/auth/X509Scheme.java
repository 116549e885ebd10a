package baton.server.auth;

import baton.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The name in the certificate that a client's TLS connection was opened with, in the form of RFC 2253.
 *
 * <p>Whether to trust the certificate is decided where TLS is; what comes here has been verified.
 */
public final class X509Scheme implements AuthScheme {
    public static final String NAME = "x509";

    private final @Nullable String superUser;

    /** @param superUser the name that also passes every check; null if there is none */
    public X509Scheme(@Nullable String superUser) {
        this.superUser = superUser;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Returns the identities that come with a certificate of that name. */
    public List<Identity> identitiesOf(String subject) {
        List<Identity> identities = new ArrayList<>(2);
        if (subject.equals(superUser)) {
            identities.add(new Identity(Identity.SUPER, subject));
        }
        identities.add(new Identity(NAME, subject));
        return identities;
    }

    /** Refuses: a name that is only claimed proves nothing. */
    @Override
    public Optional<List<Identity>> authenticate(@Nullable Bytes proof) {
        return Optional.empty();
    }

    @Override
    public boolean accepts(String id) {
        try {
            new X500Principal(id);
            return true;
        } catch (IllegalArgumentException notAName) {
            return false;
        }
    }

    @Override
    public boolean matches(String clientId, String listedId) {
        return clientId.equals(superUser) || clientId.equals(listedId);
    }

    @Override
    public boolean provesIdentity() {
        return true;
    }

    @Override
    public String userOf(String id) {
        return id;
    }
}
