package baton.protocol.tls;

import java.util.Locale;

/** How keys and certificates lie in a file. */
public enum StoreFormat {
    JKS(".jks"),
    PKCS12(".p12", ".pfx", ".pkcs12"),
    /** Text between lines of dashes: a certificate and those above it, or certificates to trust, or an unencrypted or
     * encrypted PKCS#8 key. */
    PEM(".pem", ".crt", ".cer", ".key");

    /** Of Bouncy Castle's FIPS provider, which no JDK has. */
    private static final String BCFKS = "bcfks";

    private static final String CONVERSION =
            "have it written as PKCS12 where Bouncy Castle's provider is, by keytool -importkeystore -srckeystore FILE"
                    + " -srcstoretype BCFKS -destkeystore FILE.p12 -deststoretype PKCS12 -providerpath bc-fips.jar -provider"
                    + " org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider";

    private final String[] endings;

    StoreFormat(String... endings) {
        this.endings = endings;
    }

    /**
     * Finds a format by its name, in whatever case.
     *
     * @throws IllegalArgumentException naming those there are
     */
    public static StoreFormat named(String name) {
        for (StoreFormat each : values()) {
            if (each.name().equalsIgnoreCase(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException("store type '" + name + "' is not one of JKS, PKCS12, PEM"
                + (name.equalsIgnoreCase(BCFKS) ? ": " + CONVERSION : ""));
    }

    /**
     * Tells the format by the ending of a file's name.
     *
     * @throws IllegalArgumentException if it has none that tells
     */
    public static StoreFormat ofFile(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        for (StoreFormat each : values()) {
            for (String ending : each.endings) {
                if (name.endsWith(ending)) {
                    return each;
                }
            }
        }
        throw new IllegalArgumentException("'" + fileName + "' ends in none of .jks .p12 .pem: "
                + (name.endsWith("." + BCFKS) ? CONVERSION : "name the type of the store as well"));
    }
}
