package baton.server.config;

import org.jspecify.annotations.Nullable;

/**
 * Where clients speak TLS.
 *
 * @param listen the port that speaks nothing else, beside the first one; null if there is none
 * @param unified whether the first port takes both
 */
public record SecurePort(@Nullable ListenAddress listen, boolean unified, TlsSettings tls) {
    /** Makes the first port speak nothing but TLS; there is no other. */
    public static SecurePort alone(TlsSettings tls) {
        return new SecurePort(null, false, tls);
    }

    /** Says whether no port speaks anything but TLS. */
    public boolean isAlone() {
        return listen == null && !unified;
    }
}
