package baton.etcd;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How connections to etcd are encrypted.
 *
 * @param trusted PEM file with the certificates of authorities to trust; those of the JDK if empty
 * @param certificate PEM file with the chain this client shows, if members ask for one
 * @param key PEM file with its private key in PKCS 8, without a password
 */
public record EtcdTls(Optional<Path> trusted, Optional<Path> certificate, Optional<Path> key) {
    public EtcdTls {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    "a client certificate and its key go together: certificate=" + certificate + " key=" + key);
        }
    }

    /** Trusts the authorities of the JDK. */
    public static EtcdTls systemTrust() {
        return new EtcdTls(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Trusts the authorities in a PEM file. */
    public static EtcdTls trusting(Path authorities) {
        return new EtcdTls(Optional.of(authorities), Optional.empty(), Optional.empty());
    }

    /** As this, and shows a certificate. */
    public EtcdTls showing(Path chain, Path privateKey) {
        return new EtcdTls(trusted, Optional.of(chain), Optional.of(privateKey));
    }
}
