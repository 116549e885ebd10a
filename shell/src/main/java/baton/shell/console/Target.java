package baton.shell.console;

import baton.client.TlsOptions;
import baton.protocol.Request;
import baton.protocol.tls.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a shell connects to, how, and as whom.
 *
 * @param servers {@code host[:port],...[/chroot]}, or {@code etcd://host[:port],...[/namespace]}
 * @param sessionTimeout to ask for, from 1 ms to 24 hours
 * @param identities proved to the server before anything else; of scheme {@value #SASL} by logging in with
 *     {@code user:password}, of which the last counts
 * @param tls null to speak in the clear
 * @param patience how long a command waits for the first connection
 * @param readOnlyWillDo whether a server will do that has no quorum, and where nothing can be changed
 */
public record Target(
        String servers,
        Duration sessionTimeout,
        List<Request.Auth> identities,
        @Nullable TlsOptions tls,
        Duration patience,
        boolean readOnlyWillDo) {
    private static final Duration PATIENCE_DEFAULT = Duration.ofSeconds(5);

    /** What is no scheme of an identity packet, but a login of the connection. */
    static final String SASL = "sasl";

    public Target {
        identities = List.copyOf(identities);
    }

    static Target of(String servers, Duration sessionTimeout) {
        return new Target(servers, sessionTimeout, List.of(), null, PATIENCE_DEFAULT, false);
    }

    Target withSessionTimeout(Duration timeout) {
        return new Target(servers, timeout, identities, tls, patience, readOnlyWillDo);
    }

    Target withTls(TlsOptions options) {
        return new Target(servers, sessionTimeout, identities, options, patience, readOnlyWillDo);
    }

    Target withPatience(Duration atLeast) {
        Duration longer = atLeast.compareTo(patience) > 0 ? atLeast : patience;
        return new Target(servers, sessionTimeout, identities, tls, longer, readOnlyWillDo);
    }

    Target withReadOnlyServers() {
        return new Target(servers, sessionTimeout, identities, tls, patience, true);
    }

    Target with(Request.Auth identity) {
        List<Request.Auth> more = new ArrayList<>(identities);
        more.add(identity);
        return new Target(servers, sessionTimeout, more, tls, patience, readOnlyWillDo);
    }

    /** Returns other servers, who have no business with what was proved to these. */
    Target elsewhere(String others) {
        return new Target(others, sessionTimeout, List.of(), tls, patience, readOnlyWillDo);
    }

    /** Returns the identities that are proved by a packet each. */
    List<Request.Auth> packets() {
        return identities.stream().filter(each -> !each.scheme().equals(SASL)).toList();
    }

    /** Returns who logs in. */
    Optional<Login> login() {
        return identities.stream()
                .filter(each -> each.scheme().equals(SASL))
                .reduce((before, last) -> last)
                .map(each ->
                        Login.parse(each.proof() == null ? "" : each.proof().utf8()));
    }

    /** Who logs in, and by what. */
    record Login(String user, Secret password) {
        static Login parse(String text) {
            int colon = text.indexOf(':');
            if (colon < 1) {
                throw new WrongUsageException("a login by SASL has the form user:password");
            }
            return new Login(text.substring(0, colon), Secret.of(text.substring(colon + 1)));
        }
    }
}
