package baton.server.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads from a file's values by what clients must have proved themselves, and sees that somebody could. */
final class RequiredSchemes {
    private static final String ENABLED = "enforce.auth.enabled";
    private static final String SCHEMES = "enforce.auth.schemes";
    private static final String LOGIN_REQUIRED = "sessionRequireClientSASLAuth";
    private static final String DIGEST = "digest";
    private static final String X509 = "x509";
    private static final String SASL = "sasl";
    private static final Set<String> KNOWN = Set.of(DIGEST, "ip", X509, SASL);

    private final ConfigValues values;
    private final boolean digestKnown;
    private final SaslSettings sasl;

    /** @param digestKnown whether the scheme digest is not switched off */
    RequiredSchemes(ConfigValues values, boolean digestKnown, SaslSettings sasl) {
        this.values = values;
        this.digestKnown = digestKnown;
        this.sasl = sasl;
    }

    /** Returns the schemes of which one is enough; empty if nobody has to prove anything. */
    Set<String> read() {
        Set<String> schemes = new HashSet<>();
        if (values.flag(LOGIN_REQUIRED, false)) {
            schemes.add(SASL);
            requireSomebody(LOGIN_REQUIRED, schemes);
        }
        if (!values.flag(ENABLED, false)) {
            return schemes;
        }
        for (String each : values.text(SCHEMES, "").split(",")) {
            if (!each.isBlank()) {
                schemes.add(each.trim());
            }
        }
        if (schemes.isEmpty()) {
            values.problem(ENABLED, "needs " + SCHEMES + ", for example " + SCHEMES + "=digest");
            return schemes;
        }
        if (!KNOWN.containsAll(schemes)) {
            values.problem(SCHEMES, "knows only the schemes digest, ip, x509 and sasl");
        }
        requireSomebody(SCHEMES, schemes);
        return schemes;
    }

    private void requireSomebody(String key, Set<String> schemes) {
        List<String> obstacles = new ArrayList<>();
        for (String each : schemes) {
            obstacle(each).ifPresent(obstacles::add);
        }
        if (obstacles.size() == schemes.size()) {
            values.problem(key, "shuts everybody out, for " + String.join("; and ", obstacles));
        }
    }

    /** Says why nobody at all can prove himself by the scheme, if so. */
    private Optional<String> obstacle(String scheme) {
        TlsValues tls = new TlsValues(values);
        return switch (scheme) {
            case SASL ->
                sasl.isOffered()
                        ? Optional.empty()
                        : Optional.of("nobody can log in: name the users by " + AuthValues.LOGIN_FILE);
            case X509 ->
                !tls.isSpoken()
                        ? Optional.of("no port takes certificates: add a line secureClientPort=2281")
                        : tls.asksForCertificates()
                                ? Optional.empty()
                                : Optional.of("nobody is asked for a certificate: remove ssl.clientAuth=none");
            case DIGEST ->
                digestKnown
                        ? Optional.empty()
                        : Optional.of("digest is switched off: remove DigestAuthenticationProvider.enabled=false");
            default -> Optional.empty();
        };
    }
}
