package baton.shell.console;

import baton.client.TlsOptions;
import baton.protocol.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a shell connects to, how, and as whom.
 *
 * @param servers {@code host[:port],...[/chroot]}, or {@code etcd://host[:port],...[/namespace]}
 * @param sessionTimeout to ask for, from 1 ms to 24 hours
 * @param identities proved to the server before anything else
 * @param tls null to speak in the clear
 */
public record Target(
        String servers,
        Duration sessionTimeout,
        List<Request.Auth> identities,
        @Nullable TlsOptions tls) {
    public Target {
        identities = List.copyOf(identities);
    }

    static Target of(String servers, Duration sessionTimeout) {
        return new Target(servers, sessionTimeout, List.of(), null);
    }

    Target withSessionTimeout(Duration timeout) {
        return new Target(servers, timeout, identities, tls);
    }

    Target withTls(TlsOptions options) {
        return new Target(servers, sessionTimeout, identities, options);
    }

    Target with(Request.Auth identity) {
        List<Request.Auth> more = new ArrayList<>(identities);
        more.add(identity);
        return new Target(servers, sessionTimeout, more, tls);
    }

    /** Returns other servers, who have no business with what was proved to these. */
    Target elsewhere(String others) {
        return new Target(others, sessionTimeout, List.of(), tls);
    }
}
