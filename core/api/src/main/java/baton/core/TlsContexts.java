package baton.core;

/**
 * Encryption by an application that keeps its keys itself and may renew them.
 *
 * <p>Asked for each new connection, by any thread; so what is renewed is used from the next connection on, and nobody
 * has to be disconnected for it. Answers at once and never fails. The name in the server's certificate is always checked
 * against the host that was dialled.
 */
@FunctionalInterface
public non-sealed interface TlsContexts extends Encryption {
    /** What the next connection is encrypted with. */
    TlsContext current();
}
