package baton.core;

import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * What a connection is encrypted with.
 *
 * @param keys those to show and those to trust
 * @param protocols to offer, such as {@code TLSv1.3}; TLS 1.3 and 1.2 if empty
 * @param ciphers to offer; those of the JDK if empty
 */
public record TlsContext(SSLContext keys, List<String> protocols, List<String> ciphers) {
    private static final List<String> PROTOCOLS_DEFAULT = List.of("TLSv1.3", "TLSv1.2");

    public TlsContext {
        protocols = protocols.isEmpty() ? PROTOCOLS_DEFAULT : List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /** Offers what is usual. */
    public static TlsContext of(SSLContext keys) {
        return new TlsContext(keys, List.of(), List.of());
    }
}
