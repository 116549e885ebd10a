package baton.server.auth;

import baton.protocol.Bytes;
import baton.server.config.AuthSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is by what it proves, and what it has to prove before anything else is answered.
 *
 * <pre>
 * its address       ip        given to every connection
 * a certificate     x509      given to a TLS connection that was opened with one
 * an auth packet    digest    user:password, any number of times
 * a sasl exchange   sasl      {@link DigestMd5Login}
 * an auth packet    ensemble  nothing about who it is: {@link EnsembleCalls}
 * </pre>
 *
 * <p>Identities add up, and stay for as long as the connection does.
 */
public final class Authentication {
    private final AuthSettings settings;
    private final X509Scheme x509;
    private final SaslScheme sasl;
    private final AccessControl access;
    private final @Nullable EnsembleCalls ensembleCalls;

    public Authentication(AuthSettings settings) {
        this.settings = settings;
        this.x509 = new X509Scheme(settings.x509SuperUser());
        this.sasl = new SaslScheme(settings.sasl().superUsers(), settings.sasl().anyone());
        List<AuthScheme> schemes = new ArrayList<>(List.of(new IpScheme()));
        if (settings.digestAlgorithm() != null) {
            schemes.add(new DigestScheme(settings.digestAlgorithm(), settings.superDigest()));
        }
        if (settings.x509Known()) {
            schemes.add(x509);
        }
        if (settings.sasl().schemeKnown()) {
            schemes.add(sasl);
        }
        this.access = settings.aclChecked() ? AccessControl.of(schemes) : AccessControl.unenforced(schemes);
        this.ensembleCalls = settings.ensembleNames() == null ? null : new EnsembleCalls(settings.ensembleNames());
    }

    /** Returns the access control that knows the schemes. */
    public AccessControl access() {
        return access;
    }

    /** Returns who a connection from the address is. */
    public List<Identity> ofAddress(String address) {
        return List.of(new Identity(IpScheme.NAME, address));
    }

    /** Returns who a client with a verified certificate of that name is. */
    public List<Identity> ofCertificate(String subject) {
        return settings.x509Known() ? x509.identitiesOf(subject) : List.of();
    }

    /** Returns the identities that the proof brings, perhaps none; empty if the client must be turned away. */
    public Optional<List<Identity>> ofProof(String scheme, @Nullable Bytes proof) {
        return access.authenticate(scheme, proof);
    }

    /** Returns who judges proofs of the scheme, if it says which ensemble is meant and not who somebody is; else null. */
    public @Nullable EnsembleCalls ensembleCalls(@Nullable String scheme) {
        return EnsembleCalls.NAME.equals(scheme) ? ensembleCalls : null;
    }

    /** Says whether there is anybody who can log in. */
    public boolean offersLogin() {
        return settings.sasl().isOffered();
    }

    /** Begins a login with a nonce that was never used before. */
    public DigestMd5Login login(String nonce) {
        return new DigestMd5Login(settings.sasl().passwords(), nonce);
    }

    /** Returns who the user is that a login has named. */
    public List<Identity> ofLogin(String user) {
        return sasl.identitiesOf(user);
    }

    /** Says whether a client whose login failed may go on as nobody. */
    public boolean forgivesFailedLogins() {
        return settings.sasl().failureForgiven() && !requiresLogin();
    }

    /** Says whether nothing is answered to a client that has not logged in. */
    public boolean requiresLogin() {
        return settings.requiredSchemes().contains(SaslScheme.NAME);
    }

    /** Says whether a client with the identities has proved enough to be answered. */
    public boolean suffices(List<Identity> identities) {
        if (settings.requiredSchemes().isEmpty()) {
            return true;
        }
        for (Identity each : identities) {
            if (settings.requiredSchemes().contains(each.scheme())) {
                return true;
            }
        }
        return false;
    }
}
