package baton.server.config;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.StoreFormat;
import baton.server.config.TlsSettings.ClientAuth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a file's values how clients speak TLS.
 *
 * <p>Keys and trust are named one by one as for Apache ZooKeeper, {@code ssl.keyStore.location} and so on, or all at once
 * by {@code baton.tls.dir}: a directory with {@code node.pem}, {@code node.key} and {@code ca.pem}.
 */
final class TlsValues {
    private static final Range PORT = Range.of(1, 65535, "");
    private static final Range HANDSHAKES = Range.of(-1, Integer.MAX_VALUE, "handshakes");
    private static final String SECURE_PORT = "secureClientPort";
    private static final String PLAIN_PORT = "clientPort";
    private static final String UNIFICATION = "client.portUnification";
    private static final String DIRECTORY = "baton.tls.dir";
    private static final int SECURE_PORT_DEFAULT = 2281;
    private static final String QUORUM = "ssl.quorum.";

    /** What the keys of the port for metrics begin with. */
    static final String METRICS = "metricsProvider.ssl.";

    private static final String LOCATION = "location";
    private static final String KEY_STORE_OF = "keyStore.";
    private static final String TRUST_STORE_OF = "trustStore.";
    private static final String KEY_STORE = "ssl." + KEY_STORE_OF;
    private static final String TRUST_STORE = "ssl." + TRUST_STORE_OF;
    private static final String CLIENTS = "ssl.";
    private static final String LISTS = "crl";
    private static final String RESPONDERS = "ocsp";
    private static final String PROTOCOLS = "ssl.enabledProtocols";
    private static final String CLIENT_AUTH = "ssl.clientAuth";

    private final ConfigValues values;

    TlsValues(ConfigValues values) {
        this.values = values;
    }

    /** Says whether the value of a key is where keys or certificates are. */
    static boolean namesFiles(String key) {
        return key.equals(DIRECTORY) || namesStore(key);
    }

    /** Says whether the value of a key is a file with keys or certificates. */
    static boolean namesStore(String key) {
        return key.endsWith("Store." + LOCATION);
    }

    @Nullable
    SecurePort read() {
        if (!isSpoken()) {
            explainUnused();
            return null;
        }
        boolean unified = values.flag(UNIFICATION, false);
        boolean secure = values.optional(SECURE_PORT) != null;
        if (unified && isAlone()) {
            values.problem(UNIFICATION, "needs a port that speaks without TLS: add a line clientPort=2181");
        }
        // The directory opens a port where nothing else does.
        ListenAddress listen = (secure || !unified) && !isAlone() ? listen() : null;
        TlsSettings tls = settings(keys(secure ? SECURE_PORT : UNIFICATION));
        return tls == null ? null : new SecurePort(listen, unified, tls);
    }

    /**
     * Reads how the admin port speaks TLS: by the keys of servers among themselves, as for Apache ZooKeeper, or by those
     * that clients see.
     *
     * @param portKey why it does
     * @param certified whether operators need a certificate
     */
    @Nullable
    TlsSettings ofAdmin(String portKey, boolean certified) {
        boolean own = values.optional(QUORUM + KEY_STORE_OF + LOCATION) != null;
        StoreFile keys = own ? store(QUORUM + KEY_STORE_OF) : keys(portKey);
        boolean ownTrust = certified && values.optional(QUORUM + TRUST_STORE_OF + LOCATION) != null;
        if (!certified) {
            values.noteWithoutEffect(
                    QUORUM + TRUST_STORE_OF + LOCATION,
                    "operators need no certificate; they would by admin.needClientAuth=true");
        }
        ClientAuth clientAuth = certified ? ClientAuth.NEED : ClientAuth.NONE;
        StoreFile trust = !certified
                ? null
                : ownTrust ? store(QUORUM + TRUST_STORE_OF) : trust(clientAuth, "admin.needClientAuth=false");
        Revocation revocation =
                !certified ? Revocation.UNCHECKED : ownTrust ? revocation(QUORUM) : revocationOfClients(trust);
        for (String each : List.of(LISTS, RESPONDERS)) {
            values.noteWithoutEffect(
                    QUORUM + each,
                    "only an admin port that takes certificates by " + QUORUM + TRUST_STORE_OF + LOCATION
                            + " asks after them");
        }
        return keys == null
                ? null
                : TlsSettings.of(keys, trust).withClientAuth(clientAuth).withRevocation(revocation);
    }

    /**
     * Reads how the port for metrics speaks TLS: by keys of its own, or else by those that clients see.
     *
     * @param portKey why it does
     */
    @Nullable
    TlsSettings ofMetrics(String portKey) {
        boolean own = values.optional(METRICS + KEY_STORE_OF + LOCATION) != null;
        StoreFile keys = own ? store(METRICS + KEY_STORE_OF) : keys(portKey);
        boolean ownTrust = values.optional(METRICS + TRUST_STORE_OF + LOCATION) != null;
        boolean need = values.flag(METRICS + "need.client.auth", true);
        boolean want = values.flag(METRICS + "want.client.auth", true);
        ClientAuth clientAuth = need ? ClientAuth.NEED : want ? ClientAuth.WANT : ClientAuth.NONE;
        StoreFile trust =
                ownTrust ? store(METRICS + TRUST_STORE_OF) : trust(clientAuth, METRICS + "need.client.auth=false");
        Revocation revocation = clientAuth == ClientAuth.NONE
                ? Revocation.UNCHECKED
                : ownTrust ? revocation(CLIENTS) : revocationOfClients(trust);
        List<String> protocols = protocols(METRICS + "enabledProtocols");
        List<String> ciphers = ciphers(METRICS + "ciphersuites", protocols);
        return keys == null
                ? null
                : TlsSettings.of(keys, trust)
                        .withClientAuth(clientAuth)
                        .with(protocols, ciphers)
                        .withRevocation(revocation);
    }

    /** Says whether there is to be a port of clients that speaks TLS. */
    boolean isSpoken() {
        return values.optional(SECURE_PORT) != null
                || values.optional(DIRECTORY) != null
                || values.flag(UNIFICATION, false);
    }

    /** Says whether clients may show a certificate at a port that speaks it. */
    boolean asksForCertificates() {
        return values.choice(CLIENT_AUTH, ClientAuth.NEED) != ClientAuth.NONE;
    }

    /** Says whether the only port is to speak TLS: the directory alone is enough to have one. */
    boolean isAlone() {
        return (values.optional(SECURE_PORT) != null || values.optional(DIRECTORY) != null)
                && values.optional(PLAIN_PORT) == null;
    }

    /** Returns where the port is that speaks nothing but TLS; if nobody says so, where the other would be. */
    ListenAddress listen() {
        String silent = values.optional(SECURE_PORT) == null ? values.text("clientPortAddress", "") : "";
        return new ListenAddress(
                values.text("secureClientPortAddress", silent), values.number(SECURE_PORT, PORT, SECURE_PORT_DEFAULT));
    }

    private void explainUnused() {
        for (String key : values.keys("ssl.")) {
            if (!key.startsWith("ssl.quorum.")) {
                values.noteWithoutEffect(key, "no port speaks TLS; one would by secureClientPort=2281");
            }
        }
    }

    /** Reads everything, so that all problems are told, and gives null if there is no key. */
    private @Nullable TlsSettings settings(@Nullable StoreFile keys) {
        if (!values.text("ssl.authProvider", "x509").equals("x509")) {
            values.problem("ssl.authProvider", "must be x509, the only one this server has");
        }
        ClientAuth clientAuth = values.choice(CLIENT_AUTH, ClientAuth.NEED);
        StoreFile trust = trust(clientAuth, CLIENT_AUTH + "=none");
        List<String> protocols = protocols();
        List<String> ciphers = ciphers("ssl.ciphersuites", protocols);
        boolean addressVerified = values.flag("ssl.clientHostnameVerification", false);
        Revocation revocation = revocationOfClients(trust);
        boolean reloaded = values.flag("client.certReload", true);
        int handshakes = values.number("netty.server.outstandingHandshake.limit", HANDSHAKES, -1);
        if (keys == null) {
            return null;
        }
        return new TlsSettings(
                keys,
                trust,
                revocation,
                clientAuth,
                addressVerified,
                protocols,
                ciphers,
                reloaded,
                handshakes <= 0 ? TlsSettings.HANDSHAKES_DEFAULT : handshakes);
    }

    private Revocation revocationOfClients(@Nullable StoreFile trust) {
        Revocation asked = revocation(CLIENTS);
        if (asked != Revocation.UNCHECKED && trust == null) {
            values.problem(
                    CLIENTS + (asked == Revocation.RESPONDERS ? RESPONDERS : LISTS),
                    "needs whose certificates to ask about: add a line " + TRUST_STORE + "location=FILE");
        }
        return asked;
    }

    private Revocation revocation(String prefix) {
        boolean responders = isAsked(prefix, RESPONDERS);
        if (isAsked(prefix, LISTS)) {
            return responders ? Revocation.RESPONDERS_OR_LISTS : Revocation.LISTS;
        }
        return responders ? Revocation.RESPONDERS : Revocation.UNCHECKED;
    }

    /** Where nothing is said of the certificates of servers, what is said of those of clients goes for them. */
    private boolean isAsked(String prefix, String whom) {
        String key = prefix + whom;
        boolean silent = prefix.equals(QUORUM) && !values.keys(key).contains(key) && isAsked(CLIENTS, whom);
        return values.flag(key, silent);
    }

    private @Nullable StoreFile keys(String portKey) {
        if (values.optional(DIRECTORY) != null) {
            Path directory = values.optionalPath(DIRECTORY);
            return directory == null
                    ? null
                    : StoreFile.pem(directory.resolve("node.pem"), directory.resolve("node.key"));
        }
        if (values.optional(KEY_STORE + LOCATION) == null) {
            values.problem(
                    portKey,
                    "needs the server's key: add a line " + KEY_STORE + "location=FILE, or " + DIRECTORY
                            + "=DIRECTORY");
            return null;
        }
        return store(KEY_STORE);
    }

    /** @param otherwise the line that does without */
    private @Nullable StoreFile trust(ClientAuth clientAuth, String otherwise) {
        if (values.optional(DIRECTORY) != null) {
            Path directory = values.optionalPath(DIRECTORY);
            return directory == null ? null : StoreFile.of(directory.resolve("ca.pem"), Secret.EMPTY);
        }
        if (values.optional(TRUST_STORE + LOCATION) != null) {
            return store(TRUST_STORE);
        }
        if (clientAuth != ClientAuth.NONE) {
            values.warn("no " + TRUST_STORE + "location: a client with any certificate that Java trusts is let in;"
                    + " name a trust store, or set " + otherwise);
        }
        return null;
    }

    private @Nullable StoreFile store(String prefix) {
        String locationKey = prefix + LOCATION;
        Path location = values.path(locationKey, Path.of("."));
        String type = values.optional(prefix + "type");
        try {
            StoreFormat format = type == null ? StoreFormat.ofFile(location.toString()) : StoreFormat.named(type);
            Secret password = password(prefix);
            return password == null ? null : new StoreFile(List.of(location), format, password);
        } catch (IllegalArgumentException e) {
            values.problem(type == null ? locationKey : prefix + "type", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable Secret password(String prefix) {
        String fileKey = prefix + "passwordPath";
        if (values.optional(fileKey) == null) {
            return Secret.of(values.text(prefix + "password", ""));
        }
        Path file = values.optionalPath(fileKey);
        if (file == null) {
            return null;
        }
        try {
            return Secret.of(Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse(""));
        } catch (NoSuchFileException e) {
            values.problem(fileKey, "there is no such file");
        } catch (IOException e) {
            values.problem(fileKey, "cannot be read: " + e);
        }
        return null;
    }

    private List<String> protocols() {
        return list(PROTOCOLS).isEmpty() ? protocols("ssl.protocol") : protocols(PROTOCOLS);
    }

    private List<String> protocols(String key) {
        List<String> named = list(key);
        if (!TlsSettings.PROTOCOLS.containsAll(named)) {
            values.problem(key, "must be TLSv1.3 or TLSv1.2; older versions are broken");
            return TlsSettings.PROTOCOLS;
        }
        return named.isEmpty() ? TlsSettings.PROTOCOLS : named;
    }

    private List<String> ciphers(String key, List<String> protocols) {
        List<String> named = list(key);
        CipherSuites.check(values, key, named, protocols);
        return named;
    }

    private List<String> list(String key) {
        return Stream.of(values.text(key, "").split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }
}
