package baton.foreign.zookeeper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.apache.zookeeper.common.X509TestHelpers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The stores that Apache's tests find beside their sources, where tests of this process look for them. */
final class KeyStores {
    private static final String PASSWORD = "testpass";
    private static final long VALID_MILLIS = Duration.ofDays(1).toMillis();

    private KeyStores() {}

    static void make() throws Exception {
        // What makes the certificates looks for it by its name.
        Security.addProvider(new BouncyCastleProvider());
        Path data = Files.createTempDirectory("data");
        Path stores = Files.createDirectory(data.resolve("ssl"));
        write(stores, "testKeyStore.jks", "testTrustStore.jks");
        write(stores, "testUntrustedKeyStore.jks", "unusedTrustStore.jks");
        Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
        System.setProperty("test.data.dir", data.toString());
    }

    /** Of one authority, whose certificate is the one that is trusted. */
    private static void write(Path directory, String keys, String trust) throws Exception {
        KeyPair authority = X509TestHelpers.generateECKeyPair();
        KeyPair own = X509TestHelpers.generateECKeyPair();
        X509Certificate root =
                X509TestHelpers.newSelfSignedCACert(new X500Name("CN=authority"), authority, VALID_MILLIS);
        X509Certificate signed =
                X509TestHelpers.newCert(root, authority, new X500Name("CN=localhost"), own.getPublic(), VALID_MILLIS);
        Files.write(
                directory.resolve(keys),
                X509TestHelpers.certAndPrivateKeyToJavaKeyStoreBytes(signed, own.getPrivate(), PASSWORD));
        Files.write(directory.resolve(trust), X509TestHelpers.certToJavaTrustStoreBytes(root, PASSWORD));
    }
}
