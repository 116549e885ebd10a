package baton.server.config;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.StoreFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the server speaks TLS.
 *
 * @param keys the server's key and its certificates
 * @param trust whose certificates clients may have; null for those the JDK trusts
 * @param revocation whether to ask if a client's certificate was revoked; needs trust
 * @param clientAuth whether clients must have one
 * @param clientAddressVerified whether a client's certificate must name the address it comes from
 * @param protocols enabled versions, TLSv1.3 and TLSv1.2 or one of them
 * @param ciphers enabled suites; empty for the JDK's
 * @param reloaded whether the files are read again when they change
 * @param handshakesMax handshakes at one time; with one more the oldest is cut off
 */
public record TlsSettings(
        StoreFile keys,
        @Nullable StoreFile trust,
        Revocation revocation,
        ClientAuth clientAuth,
        boolean clientAddressVerified,
        List<String> protocols,
        List<String> ciphers,
        boolean reloaded,
        int handshakesMax) {
    /** What the server asks of a client. */
    public enum ClientAuth {
        /** A certificate that it trusts. */
        NEED,
        /** A certificate that it trusts, or none. */
        WANT,
        /** Nothing. */
        NONE
    }

    /** The versions that are enabled unless others are named. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    static final int HANDSHAKES_DEFAULT = 1000;

    public TlsSettings {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /** Makes the usual settings: clients need a certificate, files are read again when they change. */
    public static TlsSettings of(StoreFile keys, @Nullable StoreFile trust) {
        return new TlsSettings(
                keys,
                trust,
                Revocation.UNCHECKED,
                ClientAuth.NEED,
                false,
                PROTOCOLS,
                List.of(),
                true,
                HANDSHAKES_DEFAULT);
    }

    /** Returns the same with other demands on clients. */
    public TlsSettings withClientAuth(ClientAuth other) {
        return new TlsSettings(
                keys, trust, revocation, other, clientAddressVerified, protocols, ciphers, reloaded, handshakesMax);
    }

    /** Returns the same with other versions and suites. */
    public TlsSettings with(List<String> otherProtocols, List<String> otherCiphers) {
        return new TlsSettings(
                keys,
                trust,
                revocation,
                clientAuth,
                clientAddressVerified,
                otherProtocols,
                otherCiphers,
                reloaded,
                handshakesMax);
    }

    /** Returns the same with questions after revoked certificates. */
    public TlsSettings withRevocation(Revocation other) {
        return new TlsSettings(
                keys, trust, other, clientAuth, clientAddressVerified, protocols, ciphers, reloaded, handshakesMax);
    }
}
