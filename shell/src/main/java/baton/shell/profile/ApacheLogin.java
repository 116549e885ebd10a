package baton.shell.profile;

import baton.protocol.Bytes;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.URIParameter;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;

/**
 * As whom Apache's client logs in by SASL: section {@code Client}, or that of {@code zookeeper.sasl.clientconfig}, of the
 * file that a flag of the JVM names. Passwords only: of Kerberos this library has nothing.
 */
public final class ApacheLogin {
    private static final String FILE = "java.security.auth.login.config";
    private static final String SECTION = "zookeeper.sasl.clientconfig";
    private static final String WANTED = "zookeeper.sasl.client";
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^{}]+)}");
    private static final String KERBEROS = "Krb5LoginModule";

    private ApacheLogin() {}

    /**
     * Returns {@code user:password}; empty if no file is named, or it has no such section.
     *
     * @param properties of the JVM
     * @throws CommandFailedException if the file cannot be read, or wants a login that there is not
     */
    public static Optional<Bytes> read(Properties properties) {
        String file = properties.getProperty(FILE);
        if (file == null || !Boolean.parseBoolean(properties.getProperty(WANTED, "true"))) {
            return Optional.empty();
        }
        String section = properties.getProperty(SECTION, "Client");
        for (AppConfigurationEntry each : entries(file, properties, section)) {
            if (each.getLoginModuleName().endsWith(KERBEROS)) {
                throw failure(
                        file,
                        "section " + section + " logs in by Kerberos (GSSAPI), which is not supported: name"
                                + " username and password for a login by DIGEST-MD5 there, prove who you are by a certificate"
                                + " (zookeeper.ssl.keyStore...), or by addauth digest; -D" + WANTED
                                + "=false leaves it out");
            }
            Object user = each.getOptions().get("username");
            Object password = each.getOptions().get("password");
            if (user != null && password != null) {
                return Optional.of(Bytes.utf8(user + ":" + password));
            }
        }
        return Optional.empty();
    }

    private static AppConfigurationEntry[] entries(String file, Properties properties, String section) {
        URI place = place(file, properties);
        try {
            AppConfigurationEntry[] entries = Configuration.getInstance("JavaLoginConfig", new URIParameter(place))
                    .getAppConfigurationEntry(section);
            return entries == null ? new AppConfigurationEntry[0] : entries;
        } catch (GeneralSecurityException | SecurityException | IllegalArgumentException malformed) {
            throw failure(file, "is not a login configuration, or not there");
        }
    }

    /**
     * As the JDK reads the flag: first what stands in <code>${...}</code> is put in, then it is a URL, or else a path. A
     * second equals sign, as in {@code -D...config==file}, says that no other file counts: none does here.
     */
    private static URI place(String file, Properties properties) {
        String place = expanded(file.startsWith("=") ? file.substring(1) : file, properties);
        try {
            return new URI(place).toURL().toURI();
        } catch (URISyntaxException | MalformedURLException | IllegalArgumentException noUrl) {
            Path path = Path.of(place);
            if (!Files.isReadable(path)) {
                throw failure(file, "cannot be read");
            }
            return path.toUri();
        }
    }

    private static String expanded(String file, Properties properties) {
        return PROPERTY.matcher(file).replaceAll(found -> {
            String name = found.group(1);
            String value = name.equals("/") ? File.separator : properties.getProperty(name);
            if (value == null) {
                throw failure(file, "there is no property " + name);
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static CommandFailedException failure(String file, String what) {
        return new CommandFailedException(ExitCode.CONFIGURATION, FILE + "=" + file + ": " + what);
    }
}
