package baton.server.config;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Which cipher suites this JDK has. One that it lacks would be passed over, and a port that has none left speaks to nobody. */
final class CipherSuites {
    private static final int EDITS_MAX = 4;

    /** What the names of suites hold that are older than TLS 1.3, and only those. */
    private static final String OF_OLDER = "_WITH_";

    private CipherSuites() {}

    /** Returns what stands against the suites and versions together; empty if nothing does. */
    static List<String> objections(List<String> named, List<String> protocols) {
        if (named.isEmpty()) {
            return List.of();
        }
        List<String> known = known();
        List<String> objections = new ArrayList<>();
        for (String each : named) {
            if (!known.contains(each)) {
                String nearest = Spelling.nearest(each, known, EDITS_MAX);
                objections.add("this Java has no '" + each + "', or has switched it off: "
                        + (nearest == null
                                ? "a name is like TLS_AES_128_GCM_SHA256"
                                : "did you mean '" + nearest + "'?"));
            }
        }
        if (objections.isEmpty() && named.stream().noneMatch(each -> isOfAny(protocols, each))) {
            objections.add("none of them belongs to " + String.join(" or ", protocols));
        }
        return objections;
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
