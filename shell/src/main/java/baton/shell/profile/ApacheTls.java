package baton.shell.profile;

import baton.client.TlsOptions;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.StoreFormat;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What Apache's client is told about TLS: by {@code -client-configuration FILE}, or {@code -Dzookeeper....} */
public final class ApacheTls {
    private static final String SECURE = "zookeeper.client.secure";
    private static final String NAMES = "zookeeper.ssl.hostnameVerification";
    private static final String KEYS = "zookeeper.ssl.keyStore.";
    private static final String TRUST = "zookeeper.ssl.trustStore.";

    private final Properties properties;

    private ApacheTls(Properties properties) {
        this.properties = properties;
    }

    /**
     * Reads a file, and what it does not say from the properties behind it.
     *
     * @return empty if TLS is not asked for
     * @throws CommandFailedException if a file cannot be read
     */
    public static Optional<TlsOptions> of(Optional<Path> file, Properties behind) {
        Properties properties = new Properties(behind);
        if (file.isPresent()) {
            try (Reader reader = Files.newBufferedReader(file.get())) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new CommandFailedException(
                        ExitCode.CONFIGURATION,
                        "-client-configuration " + file.get() + ": cannot be read: " + unreadable,
                        unreadable);
            }
        }
        // Lines of a file keep the blanks at their end.
        return Boolean.parseBoolean(properties.getProperty(SECURE, "").strip())
                ? Optional.of(new ApacheTls(properties).options())
                : Optional.empty();
    }

    private TlsOptions options() {
        boolean unnamed = properties.getProperty(NAMES, "").strip().equals("false");
        return new TlsOptions(
                store(TRUST), store(KEYS), unnamed ? TlsOptions.NameCheck.OFF : TlsOptions.NameCheck.REQUIRED);
    }

    private @Nullable StoreFile store(String prefix) {
        String location = properties.getProperty(prefix + "location", "");
        if (location.isEmpty()) {
            return null;
        }
        String type = properties.getProperty(prefix + "type", "");
        try {
            return type.isEmpty()
                    ? StoreFile.of(Path.of(location), password(prefix))
                    : new StoreFile(List.of(Path.of(location)), StoreFormat.named(type), password(prefix));
        } catch (IllegalArgumentException unknownFormat) {
            throw new CommandFailedException(
                    ExitCode.CONFIGURATION,
                    prefix + "location=" + location + ": " + unknownFormat.getMessage(),
                    unknownFormat);
        }
    }

    private Secret password(String prefix) {
        String file = properties.getProperty(prefix + "passwordPath", "");
        return Secret.of(
                file.isEmpty()
                        ? properties.getProperty(prefix + "password", "")
                        : new ProofSource.OfFile(Path.of(file)).read());
    }
}
