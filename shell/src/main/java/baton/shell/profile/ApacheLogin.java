package baton.shell.profile;

import baton.protocol.Bytes;
import java.util.Optional;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;

/** As whom Apache's client logs in by SASL: section {@code Client} of the file that a flag of the JVM names. */
public final class ApacheLogin {
    /** The flag. */
    public static final String FLAG = "java.security.auth.login.config";

    private static final String SECTION = "Client";

    private ApacheLogin() {}

    /** Returns {@code user:password}; empty if the section is not there, or is not about passwords. */
    public static Optional<Bytes> read() {
        AppConfigurationEntry[] entries = Configuration.getConfiguration().getAppConfigurationEntry(SECTION);
        if (entries == null) {
            return Optional.empty();
        }
        for (AppConfigurationEntry each : entries) {
            Object user = each.getOptions().get("username");
            Object password = each.getOptions().get("password");
            if (user != null && password != null) {
                return Optional.of(Bytes.utf8(user + ":" + password));
            }
        }
        return Optional.empty();
    }
}
