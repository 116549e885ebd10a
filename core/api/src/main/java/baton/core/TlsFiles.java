package baton.core;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Encryption by files, read when the core is made.
 *
 * @param trusted PEM file with the certificates of authorities to trust; those of the JDK if empty
 * @param certificate PEM file with the chain this client shows, if servers ask for one
 * @param key PEM file with its private key in PKCS 8, without a password
 */
public record TlsFiles(Optional<Path> trusted, Optional<Path> certificate, Optional<Path> key) implements Encryption {
    public TlsFiles {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    "a client certificate and its key go together: certificate=" + certificate + " key=" + key);
        }
    }

    /** Trusts the authorities of the JDK. */
    public static TlsFiles systemTrust() {
        return new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Trusts the authorities in a PEM file. */
    public static TlsFiles trusting(Path authorities) {
        return new TlsFiles(Optional.of(authorities), Optional.empty(), Optional.empty());
    }

    /** As this, and shows a certificate. */
    public TlsFiles showing(Path chain, Path privateKey) {
        return new TlsFiles(trusted, Optional.of(chain), Optional.of(privateKey));
    }
}
