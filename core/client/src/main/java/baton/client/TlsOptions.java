package baton.client;

import baton.protocol.tls.StoreFile;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks TLS to its servers.
 *
 * @param trust whose certificates servers may have; null for those the JDK trusts
 * @param keys the client's own key and certificates, for servers that want to know who it is; null for none
 * @param names whether a server's certificate must name the host that was dialled
 */
public record TlsOptions(
        @Nullable StoreFile trust, @Nullable StoreFile keys, NameCheck names) {
    /** Whether a certificate must name the server. */
    public enum NameCheck {
        /** It must: whoever has another certificate of the same issuer is no server of ours. */
        REQUIRED,
        /** Any trusted certificate will do. */
        OFF
    }

    /** Trusts these certificates, shows none. */
    public static TlsOptions trusting(StoreFile trust) {
        return new TlsOptions(trust, null, NameCheck.REQUIRED);
    }

    /** Returns the same with a certificate to show. */
    public TlsOptions withKeys(StoreFile own) {
        return new TlsOptions(trust, own, names);
    }

    /** Returns the same without looking at the name in the server's certificate. */
    public TlsOptions withoutNameCheck() {
        return new TlsOptions(trust, keys, NameCheck.OFF);
    }
}
