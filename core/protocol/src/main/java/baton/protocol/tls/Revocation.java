package baton.protocol.tls;

import java.security.cert.PKIXRevocationChecker.Option;
import java.util.Set;

/** How to find out whether a certificate that seems good was revoked. If nobody can tell it counts as if it was. */
public enum Revocation {
    /** Not at all. */
    UNCHECKED(Set.of()),
    /** By the lists that certificates name. */
    LISTS(Set.of(Option.PREFER_CRLS, Option.NO_FALLBACK)),
    /** By asking the responders that certificates name (OCSP). */
    RESPONDERS(Set.of(Option.NO_FALLBACK)),
    /** By responders, and by lists where they do not answer. */
    RESPONDERS_OR_LISTS(Set.of());

    private final Set<Option> options;

    Revocation(Set<Option> options) {
        this.options = options;
    }

    Set<Option> options() {
        return options;
    }
}
