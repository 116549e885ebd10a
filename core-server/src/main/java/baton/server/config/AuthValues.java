package baton.server.config;

import baton.protocol.tls.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.URIParameter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a file's values how clients say who they are.
 *
 * <p>Users of SASL stand, as for Apache ZooKeeper, in a login configuration of Java's format, whose place is the value of
 * {@code java.security.auth.login.config}:
 *
 * <pre>
 * Server {
 *   org.apache.zookeeper.server.auth.DigestLoginModule required
 *     user_alice="secret"
 *     user_bob="secret too";
 * };
 * </pre>
 */
final class AuthValues {
    static final String LOGIN_FILE = "java.security.auth.login.config";
    private static final String SECTION = "sasl.serverconfig";
    private static final String PROVIDER = "authProvider.";
    private static final String DIGEST_LOGIN = "DigestLoginModule";
    private static final String USER = "user_";
    private static final String SUPER = "super";
    private static final String ENSEMBLE_PROVIDER = "EnsembleAuthenticationProvider";
    private static final String ENSEMBLE_NAMES = "ensembleAuthName";
    private static final Set<String> PROVIDERS = Set.of(
            ENSEMBLE_PROVIDER,
            "SASLAuthenticationProvider",
            "DigestAuthenticationProvider",
            "IPAuthenticationProvider",
            "X509AuthenticationProvider");
    private static final String PROVIDERS_PACKAGE = "org.apache.zookeeper.server.auth.";
    private static final String SESSION_PASSWORD = "baton.session.password";
    private static final String SESSION_SECRET = "baton.session.secretPath";
    private static final String CLASSIC = "classic";
    private static final String KEYED = "keyed";
    private static final int SECRET_LENGTH_MIN = 16;

    private final ConfigValues values;

    AuthValues(ConfigValues values) {
        this.values = values;
    }

    AuthSettings read() {
        refuseForeignProviders();
        values.byDefault("fips-mode", "true");
        values.byDefault("superUser", "");
        values.byDefault("enforce.auth.schemes", "");
        SaslSettings sasl = sasl();
        String digestAlgorithm = digestAlgorithm();
        return new AuthSettings(
                !values.isExactly("skipACL", "yes", "no"),
                digestAlgorithm,
                secret("DigestAuthenticationProvider.superDigest"),
                isProviderNamed("X509AuthenticationProvider") || new TlsValues(values).isSpoken(),
                values.optional("X509AuthenticationProvider.superUser"),
                sasl,
                new RequiredSchemes(values, digestAlgorithm != null, sasl).read(),
                ensembleNames(),
                sessionProof());
    }

    private @Nullable Secret secret(String key) {
        String text = values.optional(key);
        return text == null ? null : Secret.of(text);
    }

    private SessionProof sessionProof() {
        boolean required = values.optional(ConfigFile.SECURITY) != null;
        boolean named = values.optional(SESSION_SECRET) != null;
        Path file = values.optionalPath(SESSION_SECRET);
        String kind = values.text(SESSION_PASSWORD, named ? KEYED : CLASSIC);
        if (!kind.equals(CLASSIC) && !kind.equals(KEYED)) {
            values.problem(SESSION_PASSWORD, "must be " + CLASSIC + " or " + KEYED);
        } else if (kind.equals(KEYED) && !named) {
            values.problem(SESSION_PASSWORD, "needs a secret: add a line " + SESSION_SECRET + "=FILE");
        }
        Secret key = kind.equals(KEYED) && file != null ? sessionSecret(file) : null;
        return new SessionProof(key, values.flag("baton.session.binding", required));
    }

    private @Nullable Secret sessionSecret(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (text.length() >= SECRET_LENGTH_MIN) {
                return Secret.of(text);
            }
            values.problem(SESSION_SECRET, "must hold at least " + SECRET_LENGTH_MIN + " characters, drawn by lot");
        } catch (IOException e) {
            values.problem(SESSION_SECRET, "cannot be read: " + e);
        }
        return null;
    }

    private @Nullable String digestAlgorithm() {
        String key = "DigestAuthenticationProvider.digestAlg";
        String algorithm = values.text(key, AuthSettings.DIGEST_ALGORITHM_DEFAULT);
        // Every Java knows the usual one, and takes long to say so for the first time.
        if (!algorithm.equals(AuthSettings.DIGEST_ALGORITHM_DEFAULT) && !isKnown(algorithm)) {
            values.problem(key, "must be a hash that Java knows, for example SHA-256");
        }
        return values.flag("DigestAuthenticationProvider.enabled", true) ? algorithm : null;
    }

    private static boolean isKnown(String algorithm) {
        try {
            MessageDigest.getInstance(algorithm);
            return true;
        } catch (NoSuchAlgorithmException e) {
            return false;
        }
    }

    private SaslSettings sasl() {
        Map<String, Secret> passwords = passwords();
        Set<String> superUsers = new HashSet<>();
        for (String key : values.keys("superUser")) {
            if (key.equals("superUser") || key.startsWith("superUser.")) {
                superUsers.add(values.text(key, ""));
            }
        }
        return new SaslSettings(
                isProviderNamed("SASLAuthenticationProvider") || !passwords.isEmpty(),
                passwords,
                superUsers,
                values.optional("letAnySaslUserDoX"),
                values.flag("allowSaslFailedClients", false));
    }

    private @Nullable Set<String> ensembleNames() {
        if (!values.keys(ENSEMBLE_NAMES).contains(ENSEMBLE_NAMES)) {
            values.byDefault(ENSEMBLE_NAMES, "");
            return isProviderNamed(ENSEMBLE_PROVIDER) ? Set.of() : null;
        }
        Set<String> names = new HashSet<>();
        for (String each : values.text(ENSEMBLE_NAMES, "").split(",")) {
            if (!each.isBlank()) {
                names.add(each.trim());
            }
        }
        // No name would mean any: a template whose variable is not set must not let everybody in.
        if (names.isEmpty()) {
            values.problem(
                    ENSEMBLE_NAMES, "names no ensemble: write its names, separated by commas, or remove the line");
        }
        return names;
    }

    private void refuseForeignProviders() {
        for (String key : values.keys(PROVIDER)) {
            if (!PROVIDERS.contains(provider(key))) {
                values.problem(
                        key,
                        "is not one of the schemes this server has: " + PROVIDERS_PACKAGE + " followed by one of "
                                + String.join(", ", new TreeSet<>(PROVIDERS)));
            }
        }
    }

    private boolean isProviderNamed(String name) {
        for (String key : values.keys(PROVIDER)) {
            if (provider(key).equals(name)) {
                return true;
            }
        }
        return false;
    }

    private String provider(String key) {
        String name = values.text(key, "");
        return name.startsWith(PROVIDERS_PACKAGE) ? name.substring(PROVIDERS_PACKAGE.length()) : "";
    }

    private Map<String, Secret> passwords() {
        String file = values.optional(LOGIN_FILE);
        if (file == null) {
            return Map.of();
        }
        List<AppConfigurationEntry> logins = logins(file, values.text(SECTION, "Server"));
        if (logins.isEmpty()) {
            return Map.of();
        }
        // DIGEST-MD5 rests on a hash that is long broken: as in Apache ZooKeeper, it takes an operator to say so.
        if (values.flag("fips-mode", true)) {
            values.problem(
                    LOGIN_FILE,
                    "logging in by DIGEST-MD5 is not allowed while fips-mode is on: add the line fips-mode=false,"
                            + " or remove this one");
            return Map.of();
        }
        Map<String, Secret> passwords = new HashMap<>();
        for (AppConfigurationEntry each : logins) {
            each.getOptions().forEach((name, password) -> {
                if (name.startsWith(USER)) {
                    passwords.put(name.substring(USER.length()), Secret.of(String.valueOf(password)));
                }
            });
        }
        String superPassword = values.optional("SASLAuthenticationProvider.superPassword");
        if (superPassword != null) {
            passwords.put(SUPER, Secret.of(superPassword));
        }
        if (passwords.isEmpty()) {
            values.problem(LOGIN_FILE, "names no user: write user_NAME=\"PASSWORD\" behind the login module");
        }
        return passwords;
    }

    /** Returns the login modules of the section; none if it is missing, or if there is a problem, which is then noted. */
    private List<AppConfigurationEntry> logins(String named, String section) {
        Path file;
        try {
            file = LoginFile.named(named, values.properties());
        } catch (InvalidPathException e) {
            values.problem(LOGIN_FILE, "is not a path: " + e.getReason());
            return List.of();
        }
        if (!Files.isReadable(file)) {
            values.problem(LOGIN_FILE, "cannot be read");
            return List.of();
        }
        AppConfigurationEntry[] entries;
        try {
            entries = Configuration.getInstance("JavaLoginConfig", new URIParameter(file.toUri()))
                    .getAppConfigurationEntry(section);
        } catch (GeneralSecurityException | SecurityException e) {
            values.problem(LOGIN_FILE, "is not a login configuration: " + rootMessage(e));
            return List.of();
        }
        // One file often serves clients and brokers, too, and is named to every process.
        if (entries == null && values.optional(SECTION) == null) {
            values.warnOf(LOGIN_FILE, "has no section " + section + ": nobody can log in by DIGEST-MD5");
            return List.of();
        }
        if (entries == null
                || entries.length == 0
                || !entries[0].getLoginModuleName().endsWith(DIGEST_LOGIN)) {
            values.problem(
                    LOGIN_FILE,
                    "must have a section " + section + " with the module " + PROVIDERS_PACKAGE + DIGEST_LOGIN
                            + ", the only one supported: instead of Kerberos (GSSAPI) there are DIGEST-MD5 and"
                            + " certificates of clients");
            return List.of();
        }
        return List.of(entries);
    }

    private static String rootMessage(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
