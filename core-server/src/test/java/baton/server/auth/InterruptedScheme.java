package baton.server.auth;

import baton.protocol.Bytes;
import baton.server.config.AuthSettings;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scheme that tells a simulation whenever an entry of a list is compared with a client, which is in the middle of what
 * the server reads or decides: another thread may do something just then.
 */
public final class InterruptedScheme implements AuthScheme {
    private final AuthScheme scheme;
    private final Runnable inTheMiddle;

    private InterruptedScheme(AuthScheme scheme, Runnable inTheMiddle) {
        this.scheme = scheme;
        this.inTheMiddle = inTheMiddle;
    }

    /** Makes access control as {@link Authentication} does: of addresses, digests and logins. */
    public static AccessControl access(AuthSettings settings, Runnable inTheMiddle) {
        return AccessControl.of(List.of(
                new InterruptedScheme(new IpScheme(), inTheMiddle),
                new InterruptedScheme(
                        new DigestScheme(AuthSettings.DIGEST_ALGORITHM_DEFAULT, settings.superDigest()), inTheMiddle),
                new InterruptedScheme(
                        new SaslScheme(
                                settings.sasl().superUsers(), settings.sasl().anyone()),
                        inTheMiddle)));
    }

    @Override
    public String name() {
        return scheme.name();
    }

    @Override
    public Optional<List<Identity>> authenticate(@Nullable Bytes proof) {
        return scheme.authenticate(proof);
    }

    @Override
    public boolean accepts(String id) {
        return scheme.accepts(id);
    }

    @Override
    public boolean matches(String clientId, String listedId) {
        inTheMiddle.run();
        return scheme.matches(clientId, listedId);
    }

    @Override
    public boolean provesIdentity() {
        return scheme.provesIdentity();
    }

    @Override
    public String userOf(String id) {
        return scheme.userOf(id);
    }

    @Override
    public String masked(String id) {
        return scheme.masked(id);
    }
}
