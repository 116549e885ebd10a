package baton.shell.profile;

import baton.client.TlsOptions;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.shell.console.Paint;
import baton.shell.console.ShellSettings;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.DidYouMean;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * The user's profiles: a TOML file with a table for each of them.
 *
 * <pre>
 * [prod]                                   # --profile prod
 * servers = "zk1:2281,zk2:2281/app"
 * timeout = 10000                          # milliseconds
 * colour = "red"                           # of the prompt; red for prod, else none
 * careful = true                           # nothing is deleted or overwritten without --yes; so for prod
 * read-only = false
 * [prod.tls]
 * trust = "ca.pem"                         # whose certificates servers may have; those the JDK trusts
 * keys = "me.p12"                          # our own certificate and key; or certificate and key, both PEM
 * password-file = "me.password"
 * check-names = true
 * [[prod.auth]]
 * scheme = "digest"
 * command = "pass show zookeeper"          # prints user:password; or file = "..."
 * </pre>
 *
 * <p>Files are beside this one unless their paths are absolute. Passwords are nowhere in it.
 */
public final class ProfileFile {
    private static final String PRODUCTION = "prod";
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("servers", "timeout", "colour", "careful", "read-only", "tls", "auth"));
    private static final Set<String> TLS_KEYS =
            new TreeSet<>(Set.of("trust", "keys", "certificate", "key", "password-file", "check-names"));
    private static final Set<String> AUTH_KEYS = new TreeSet<>(Set.of("scheme", "file", "command"));

    private final Path file;
    private final TomlParseResult toml;

    private ProfileFile(Path file, TomlParseResult toml) {
        this.file = file;
        this.toml = toml;
    }

    /** @throws CommandFailedException naming the line, if the file cannot be read or is no TOML */
    public static ProfileFile read(Path file) {
        try {
            if (Files.notExists(file)) {
                throw new CommandFailedException(
                        ExitCode.CONFIGURATION, "--profile needs " + file + ": there is no such file");
            }
            TomlParseResult toml = Toml.parse(file);
            if (toml.hasErrors()) {
                TomlParseError first = toml.errors().get(0);
                throw new CommandFailedException(
                        ExitCode.CONFIGURATION,
                        file + ", line " + first.position().line() + ": " + first.getMessage());
            }
            return new ProfileFile(file, toml);
        } catch (IOException unreadable) {
            throw new CommandFailedException(
                    ExitCode.CONFIGURATION, file + ": cannot be read: " + unreadable, unreadable);
        }
    }

    /** @throws CommandFailedException if it is not there, or not as it should be */
    public Profile profile(String name) {
        if (!toml.isTable(List.of(name))) {
            List<String> similar = DidYouMean.among(toml.keySet(), name);
            throw new CommandFailedException(
                    ExitCode.CONFIGURATION,
                    "there is no profile " + name + " in " + file
                            + (similar.isEmpty()
                                    ? ", but " + String.join(", ", new TreeSet<>(toml.keySet()))
                                    : ", did you mean " + String.join(" or ", similar) + "?"));
        }
        TomlTable table = toml.getTable(List.of(name));
        requireKnown(table, KEYS);
        boolean production = name.equals(PRODUCTION);
        return new Profile(
                name,
                Optional.ofNullable(string(table, "servers")),
                timeout(table),
                Optional.ofNullable(table(table, "tls")).map(this::tls),
                proofs(table),
                hue(table, production),
                care(table, production));
    }

    private Optional<Duration> timeout(TomlTable table) {
        if (!table.contains("timeout")) {
            return Optional.empty();
        }
        if (!table.isLong("timeout") || table.getLong("timeout") < 1) {
            throw wrong(table, "timeout", "must be a number of milliseconds");
        }
        return Optional.of(Duration.ofMillis(table.getLong("timeout")));
    }

    private Paint.Hue hue(TomlTable table, boolean production) {
        String colour = string(table, "colour");
        if (colour == null) {
            return production ? Paint.Hue.RED : Paint.Hue.NONE;
        }
        for (Paint.Hue each : Paint.Hue.values()) {
            if (each.name().equalsIgnoreCase(colour)) {
                return each;
            }
        }
        throw wrong(
                table,
                "colour",
                "must be one of " + List.of(Paint.Hue.values()).toString().toLowerCase(Locale.ROOT));
    }

    private ShellSettings.Care care(TomlTable table, boolean production) {
        if (flag(table, "read-only", false)) {
            return ShellSettings.Care.READ_ONLY;
        }
        return flag(table, "careful", production) ? ShellSettings.Care.EXPLICIT : ShellSettings.Care.USUAL;
    }

    private TlsOptions tls(TomlTable table) {
        requireKnown(table, TLS_KEYS);
        Secret password = password(table);
        return new TlsOptions(
                store(table, "trust", password),
                ownKeys(table, password),
                flag(table, "check-names", true) ? TlsOptions.NameCheck.REQUIRED : TlsOptions.NameCheck.OFF);
    }

    private Secret password(TomlTable table) {
        Path passwords = path(table, "password-file");
        return passwords == null ? Secret.EMPTY : Secret.of(new ProofSource.OfFile(passwords).read());
    }

    private @Nullable StoreFile ownKeys(TomlTable table, Secret password) {
        Path certificate = path(table, "certificate");
        Path key = path(table, "key");
        if (certificate == null || key == null) {
            if (certificate != null || key != null) {
                throw wrong(
                        table, certificate == null ? "key" : "certificate", "needs the other of certificate and key");
            }
            return store(table, "keys", password);
        }
        return StoreFile.pem(certificate, key);
    }

    private @Nullable StoreFile store(TomlTable table, String name, Secret password) {
        Path store = path(table, name);
        try {
            return store == null ? null : StoreFile.of(store, password);
        } catch (IllegalArgumentException unknownFormat) {
            throw wrong(table, name, String.valueOf(unknownFormat.getMessage()));
        }
    }

    private List<Profile.Proof> proofs(TomlTable table) {
        List<Profile.Proof> proofs = new ArrayList<>();
        if (table.contains("auth") && !table.isArray("auth")) {
            throw wrong(table, "auth", "must be written [[profile.auth]]");
        }
        TomlArray all = table.getArray("auth");
        for (int i = 0; all != null && i < all.size(); i++) {
            proofs.add(proof(all.getTable(i), table));
        }
        return proofs;
    }

    private Profile.Proof proof(TomlTable auth, TomlTable profile) {
        requireKnown(auth, AUTH_KEYS);
        String scheme = string(auth, "scheme");
        String command = string(auth, "command");
        Path secret = path(auth, "file");
        if (scheme == null || (command == null) == (secret == null)) {
            throw wrong(profile, "auth", "needs a scheme, and either a file or a command");
        }
        return new Profile.Proof(
                scheme,
                secret == null ? new ProofSource.OfCommand(String.valueOf(command)) : new ProofSource.OfFile(secret));
    }

    private @Nullable Path path(TomlTable table, String key) {
        String text = string(table, key);
        return text == null ? null : file.toAbsolutePath().resolveSibling(text);
    }

    private @Nullable String string(TomlTable table, String key) {
        if (table.contains(key) && !table.isString(key)) {
            throw wrong(table, key, "must be a text in quotes");
        }
        return table.getString(key);
    }

    private boolean flag(TomlTable table, String key, boolean otherwise) {
        if (table.contains(key) && !table.isBoolean(key)) {
            throw wrong(table, key, "must be true or false");
        }
        return table.getBoolean(key, () -> otherwise);
    }

    private @Nullable TomlTable table(TomlTable table, String key) {
        if (table.contains(key) && !table.isTable(key)) {
            throw wrong(table, key, "must be a table");
        }
        return table.getTable(key);
    }

    private void requireKnown(TomlTable table, Collection<String> known) {
        for (String key : table.keySet()) {
            if (!known.contains(key)) {
                List<String> similar = DidYouMean.among(known, key);
                throw wrong(
                        table,
                        key,
                        similar.isEmpty()
                                ? "is none of " + String.join(", ", known)
                                : "did you mean " + String.join(" or ", similar) + "?");
            }
        }
    }

    private CommandFailedException wrong(TomlTable table, String key, String why) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        String where = position == null ? "" : ", line " + position.line();
        return new CommandFailedException(ExitCode.CONFIGURATION, file + where + ": " + key + ": " + why);
    }
}
