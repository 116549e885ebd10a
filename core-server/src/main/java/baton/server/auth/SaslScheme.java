package baton.server.auth;

import baton.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name a client has logged in by, through SASL.
 *
 * <p>A list may name {@code user}, {@code user@realm} or {@code user/host@realm}. A user called {@code super} is meant by
 * every entry.
 */
public final class SaslScheme implements AuthScheme {
    public static final String NAME = "sasl";

    private static final Pattern PRINCIPAL = Pattern.compile("[^/@]*(/[^/@]*)?@[^/@]*");

    private final Set<String> superUsers;
    private final @Nullable String anyone;

    /**
     * @param superUsers users who also pass every check
     * @param anyone the name that in a list means everybody who has logged in; null if there is none
     */
    public SaslScheme(Set<String> superUsers, @Nullable String anyone) {
        this.superUsers = Set.copyOf(superUsers);
        this.anyone = anyone;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Returns the identities of a user who has logged in. */
    public List<Identity> identitiesOf(String user) {
        List<Identity> identities = new ArrayList<>(2);
        identities.add(new Identity(NAME, user));
        if (superUsers.contains(user)) {
            identities.add(new Identity(Identity.SUPER, user));
        }
        return identities;
    }

    /** Refuses: who wants to log in does so by the operation {@code sasl}. */
    @Override
    public Optional<List<Identity>> authenticate(@Nullable Bytes proof) {
        return Optional.empty();
    }

    @Override
    public boolean accepts(String id) {
        return id.indexOf('@') < 0 || PRINCIPAL.matcher(id).matches();
    }

    @Override
    public boolean matches(String clientId, String listedId) {
        return clientId.equals(listedId) || clientId.equals(Identity.SUPER) || listedId.equals(anyone);
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
