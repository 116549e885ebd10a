package baton.protocol.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertPathBuilder;
import java.security.cert.Certificate;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where a key with its certificates lies, or certificates to trust.
 *
 * @param files one; for PEM also more, read as if they were one
 * @param format how it is written
 * @param password of the store and of the keys in it; empty for none
 */
public record StoreFile(List<Path> files, StoreFormat format, Secret password) {
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    public StoreFile {
        files = List.copyOf(files);
        if (files.isEmpty() || files.size() > 1 && format != StoreFormat.PEM) {
            throw new IllegalArgumentException("a store of format " + format + " is one file, not " + files);
        }
    }

    /** Names a file whose ending tells its format. */
    public static StoreFile of(Path file, Secret password) {
        return new StoreFile(List.of(file), StoreFormat.ofFile(file.toString()), password);
    }

    /** Names a certificate, with those above it, and its key, both PEM. */
    public static StoreFile pem(Path certificates, Path key) {
        return new StoreFile(List.of(certificates, key), StoreFormat.PEM, Secret.EMPTY);
    }

    /**
     * Reads a key and its certificates.
     *
     * @throws TlsException naming the file and what is wrong with it
     */
    public KeyManagerFactory keys() throws TlsException {
        try {
            KeyStore store = format == StoreFormat.PEM ? pemKeys() : binary();
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            try (Secret.Copy copy = password.copy()) {
                factory.init(store, copy.text());
            }
            return factory;
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw refused(e);
        }
    }

    /**
     * Reads the certificates to trust.
     *
     * @throws TlsException naming the file and what is wrong with it
     */
    public TrustManagerFactory trust() throws TlsException {
        return trust(Revocation.UNCHECKED);
    }

    /**
     * Reads the certificates to trust, for who also wants to know whether those they vouch for were revoked.
     *
     * @throws TlsException naming the file and what is wrong with it
     */
    public TrustManagerFactory trust(Revocation revocation) throws TlsException {
        try {
            KeyStore store = format == StoreFormat.PEM ? pemTrust() : binary();
            if (certificates(store).isEmpty()) {
                throw new TlsException("cannot use " + shown() + ": it holds no certificate"
                        + (password.isEmpty() && format != StoreFormat.PEM
                                ? " that can be read without a password, and none is given"
                                : ""));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            if (revocation == Revocation.UNCHECKED) {
                factory.init(store);
            } else {
                factory.init(new CertPathTrustManagerParameters(asking(store, revocation)));
            }
            return factory;
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw refused(e);
        }
    }

    private static PKIXBuilderParameters asking(KeyStore store, Revocation revocation) throws GeneralSecurityException {
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(revocation.options());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        parameters.addCertPathChecker(checker);
        return parameters;
    }

    /**
     * Returns all certificates, so that their end can be watched.
     *
     * @throws TlsException naming the file and what is wrong with it
     */
    public List<X509Certificate> certificates() throws TlsException {
        try {
            return format == StoreFormat.PEM ? PemText.certificates(text()) : certificates(binary());
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw refused(e);
        }
    }

    /** Returns a text that differs when the files do: their times and sizes. A file that is not there has none. */
    public String fingerprint() {
        return files.stream().map(StoreFile::fingerprint).collect(Collectors.joining(" "));
    }

    private static String fingerprint(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis() + "/" + Files.size(file);
        } catch (IOException e) {
            return "none";
        }
    }

    /** Says whether the files may be read or changed by users who have no business with them. */
    public boolean isOpenToOthers() {
        return files.stream().anyMatch(StoreFile::isOpenToOthers);
    }

    private static boolean isOpenToOthers(Path file) {
        try {
            return !Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private KeyStore binary() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(format.name());
        try (InputStream in = Files.newInputStream(files.get(0));
                Secret.Copy copy = password.copy()) {
            store.load(in, password.isEmpty() ? null : copy.text());
        }
        return store;
    }

    private KeyStore pemKeys() throws GeneralSecurityException, IOException {
        String text = text();
        List<X509Certificate> chain = PemText.certificates(text);
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("holds no certificate for its key");
        }
        PrivateKey key = PemText.privateKey(text, password);
        KeyStore store = empty();
        try (Secret.Copy copy = password.copy()) {
            store.setKeyEntry("key", key, copy.text(), chain.toArray(new Certificate[0]));
        }
        return store;
    }

    private KeyStore pemTrust() throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        List<X509Certificate> trusted = PemText.certificates(text());
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("trusted-" + i, trusted.get(i));
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(StoreFormat.PKCS12.name());
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> certificates(KeyStore store) throws GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.getCertificate(alias) instanceof X509Certificate certificate) {
                found.add(certificate);
            }
        }
        return found;
    }

    private String text() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path each : files) {
            text.append(Files.readString(each, StandardCharsets.ISO_8859_1)).append('\n');
        }
        return text.toString();
    }

    private TlsException refused(Exception cause) {
        String reason = cause instanceof NoSuchFileException
                ? "there is no such file"
                : cause instanceof UnrecoverableKeyException && password.isEmpty()
                        ? "its key has a password, and none is given"
                        : cause.getMessage() == null ? "it is not one" : cause.getMessage();
        return new TlsException("cannot use " + shown() + " as " + format + ": " + reason, cause);
    }

    /** Returns the files as messages name them. */
    public String shown() {
        return files.stream().map(Path::toString).collect(Collectors.joining(" and "));
    }
}
