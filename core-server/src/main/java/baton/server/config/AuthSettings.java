package baton.server.config;

import baton.protocol.tls.Secret;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How clients say who they are, and who of them may do everything.
 *
 * @param aclChecked whether access control lists are enforced
 * @param digestAlgorithm what the scheme digest hashes with, as Java names it; null if the scheme is switched off
 * @param superDigest {@code user:base64(hash(user:password))} of the user that passes every check, or null for none
 * @param x509Known whether lists may name users of the scheme x509
 * @param x509SuperUser name in the certificate of the user that passes every check, or null for none
 * @param sasl who may log in by SASL
 * @param requiredSchemes clients that have proved themselves by none of them get no request answered; empty for none
 * @param ensembleNames what clients may call the ensemble in the scheme of that name, empty for anything; null if the scheme
 *     is switched off
 * @param sessions what a client must show to take up its session again
 */
public record AuthSettings(
        boolean aclChecked,
        @Nullable String digestAlgorithm,
        @Nullable Secret superDigest,
        boolean x509Known,
        @Nullable String x509SuperUser,
        SaslSettings sasl,
        Set<String> requiredSchemes,
        @Nullable Set<String> ensembleNames,
        SessionProof sessions) {
    public static final String DIGEST_ALGORITHM_DEFAULT = "SHA1";

    /** Lists are enforced, digest is SHA-1, nobody stands above the lists, and nobody has to prove anything. */
    public static final AuthSettings DEFAULT = new AuthSettings(
            true, DIGEST_ALGORITHM_DEFAULT, null, false, null, SaslSettings.NONE, Set.of(), null, SessionProof.CLASSIC);

    public AuthSettings {
        requiredSchemes = Set.copyOf(requiredSchemes);
        ensembleNames = ensembleNames == null ? null : Set.copyOf(ensembleNames);
    }

    /** @param id {@code user:base64(hash(user:password))} */
    public AuthSettings withSuperDigest(String id) {
        return new AuthSettings(
                aclChecked,
                digestAlgorithm,
                Secret.of(id),
                x509Known,
                x509SuperUser,
                sasl,
                requiredSchemes,
                ensembleNames,
                sessions);
    }

    /** Returns the same with the scheme x509, and somebody in it who passes every check. */
    public AuthSettings withX509SuperUser(@Nullable String name) {
        return new AuthSettings(
                aclChecked, digestAlgorithm, superDigest, true, name, sasl, requiredSchemes, ensembleNames, sessions);
    }

    public AuthSettings withSasl(SaslSettings other) {
        return with(other, requiredSchemes, ensembleNames, sessions);
    }

    public AuthSettings withRequiredSchemes(Set<String> schemes) {
        return with(sasl, schemes, ensembleNames, sessions);
    }

    /** Returns the same with names for the ensemble; anything is one if there are none. */
    public AuthSettings withEnsembleNames(Set<String> names) {
        return with(sasl, requiredSchemes, names, sessions);
    }

    public AuthSettings withSessions(SessionProof other) {
        return with(sasl, requiredSchemes, ensembleNames, other);
    }

    private AuthSettings with(
            SaslSettings otherSasl,
            Set<String> otherSchemes,
            @Nullable Set<String> otherNames,
            SessionProof otherSessions) {
        return new AuthSettings(
                aclChecked,
                digestAlgorithm,
                superDigest,
                x509Known,
                x509SuperUser,
                otherSasl,
                otherSchemes,
                otherNames,
                otherSessions);
    }
}
