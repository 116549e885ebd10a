package baton.server.config;

import org.jspecify.annotations.Nullable;

/**
 * Where clients speak TLS.
 *
 * @param listen the port that speaks nothing else; null if there is none
 * @param unified whether the other client port takes both
 */
public record SecurePort(@Nullable ListenAddress listen, boolean unified, TlsSettings tls) {
    public SecurePort {
        if (listen == null && !unified) {
            throw new IllegalArgumentException("TLS needs a port: a secure one, or the other one unified");
        }
    }
}
