package baton.core.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A key with a certificate that it has signed itself, in a directory, in all the forms that servers and clients read.
 * Made with the JDK's {@code keytool}; good for a day.
 */
public final class TestCertificate {
    /** Of every store with a password. */
    public static final String PASSWORD = "not-a-secret";

    private static final String ALIAS = "key";

    private final Path directory;
    private final String name;

    private TestCertificate(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** Makes one for a server on loopback. */
    public static TestCertificate ofServer(Path directory, String name) {
        return make(directory, name, "san=ip:127.0.0.1,dns:localhost");
    }

    /** Makes one that names another host. */
    public static TestCertificate ofElsewhere(Path directory, String name) {
        return make(directory, name, "san=dns:elsewhere.example");
    }

    /** Makes one for a client; its subject is {@code CN=name}. */
    public static TestCertificate ofClient(Path directory, String name) {
        return make(directory, name, "ku=digitalSignature");
    }

    private static TestCertificate make(Path directory, String name, String extension) {
        TestCertificate made = new TestCertificate(directory, name);
        made.keytool(
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-validity",
                "1",
                "-storetype",
                "PKCS12",
                "-keystore",
                made.pkcs12().toString(),
                "-storepass",
                PASSWORD);
        made.writeOtherForms();
        return made;
    }

    private void keytool(String... arguments) {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of(tool.toString()), Arrays.stream(arguments))
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("keytool failed: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while keytool ran", e);
        }
    }

    private void writeOtherForms() {
        try {
            KeyStore store = load();
            Certificate certificate = store.getCertificate(ALIAS);
            Files.writeString(certificatePem(), pem("CERTIFICATE", certificate.getEncoded()));
            byte[] key = store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
            Files.writeString(keyPem(), pem("PRIVATE KEY", key));
            Files.writeString(bothPem(), pem("PRIVATE KEY", key) + pem("CERTIFICATE", certificate.getEncoded()));
            KeyStore jks = KeyStore.getInstance("JKS");
            jks.load(null, null);
            jks.setKeyEntry(
                    ALIAS, store.getKey(ALIAS, PASSWORD.toCharArray()), PASSWORD.toCharArray(), new Certificate[] {
                        certificate
                    });
            save(jks, jks());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(pkcs12())) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void save(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private static String pem(String kind, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    public Path pkcs12() {
        return directory.resolve(name + ".p12");
    }

    public Path jks() {
        return directory.resolve(name + ".jks");
    }

    public Path certificatePem() {
        return directory.resolve(name + ".crt");
    }

    public Path keyPem() {
        return directory.resolve(name + ".key");
    }

    /** Key and certificate in one file. */
    public Path bothPem() {
        return directory.resolve(name + ".pem");
    }

    /** Makes a store of certificates to trust, PKCS12 with {@link #PASSWORD}. */
    public static Path trust(Path file, List<TestCertificate> trusted) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (TestCertificate each : trusted) {
                byte[] text = Files.readAllBytes(each.certificatePem());
                store.setCertificateEntry(each.name, factory.generateCertificate(new ByteArrayInputStream(text)));
            }
            save(store, file);
            return file;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
