package baton.server.config;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Which cipher suites this JDK has. One that it lacks is passed over, and a port that has none left speaks to nobody. An update
 * of the JDK may switch one off: that must not keep a server down whose other suites go on working.
 */
final class CipherSuites {
    private static final int EDITS_MAX = 4;

    /** What the names of suites hold that are older than TLS 1.3, and only those. */
    private static final String OF_OLDER = "_WITH_";

    private CipherSuites() {}

    /** Warns of suites that cannot be had; if none is left for the versions that are spoken, they are problems. */
    static void check(ConfigValues values, String key, List<String> named, List<String> protocols) {
        if (named.isEmpty()) {
            return;
        }
        List<String> known = known();
        List<String> missing =
                named.stream().filter(each -> !known.contains(each)).toList();
        boolean speaks = named.stream().anyMatch(each -> known.contains(each) && isOfAny(protocols, each));
        for (String each : missing) {
            if (speaks) {
                values.warnOf(
                        key,
                        "does without '" + each + "', which this Java lacks or has switched off: "
                                + meant(each, known));
            } else {
                values.problem(key, "this Java has no '" + each + "', or has switched it off: " + meant(each, known));
            }
        }
        if (!speaks && missing.isEmpty()) {
            values.problem(key, "none of them belongs to " + String.join(" or ", protocols));
        }
    }

    private static String meant(String name, List<String> known) {
        String nearest = Spelling.nearest(name, known, EDITS_MAX);
        return nearest == null ? "a name is like TLS_AES_128_GCM_SHA256" : "did you mean '" + nearest + "'?";
    }

    private static boolean isOfAny(List<String> protocols, String suite) {
        return protocols.contains(suite.contains(OF_OLDER) ? "TLSv1.2" : "TLSv1.3");
    }

    private static List<String> known() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // With neither keys nor trust: those of the JDK would be read.
            context.init(new KeyManager[0], new TrustManager[0], null);
            return Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a JDK without TLS", e);
        }
    }
}
