package baton.shell.tls;

import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * An authority of one's own, in a directory, and the certificates it signs.
 *
 * <pre>
 * ca/ca.pem, ca/ca.key                   good for ten years
 * HOST/ca.pem, node.pem, node.key        for each server, good for a year; node.pem names the host
 * </pre>
 *
 * <p>Keys are of the curve P-256. What is there already stays: with an authority in the directory, its servers get
 * certificates of that one. Private keys can be read by their owner alone.
 */
public final class CertificateAuthority {
    private static final String CA_DAYS = "3650";
    private static final String NODE_DAYS = "365";
    private static final String ALIAS = "ca";
    private static final int PASSWORD_BYTES = 24;

    private final Path directory;
    private final Path work;
    private final String password;
    private final Keytool keytool;

    private CertificateAuthority(Path directory, Path work, String password) {
        this.directory = directory;
        this.work = work;
        this.password = password;
        this.keytool = new Keytool(work.resolve("store.p12"), password);
    }

    /**
     * Makes a directory for each host, with a certificate that names it.
     *
     * @param hosts names and addresses by which clients dial
     * @return the directories made, that of the authority too if it is new
     * @throws CommandFailedException if something is in the way, naming it
     */
    public static List<Path> issue(Path directory, List<String> hosts) throws InterruptedException {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        try {
            Files.createDirectories(directory);
            Path work = Files.createTempDirectory(directory, ".work");
            try {
                return new CertificateAuthority(directory, work, HexFormat.of().formatHex(random)).issue(hosts);
            } finally {
                for (String each : List.of("store.p12", "request", "signed")) {
                    Files.deleteIfExists(work.resolve(each));
                }
                Files.delete(work);
            }
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailedException(
                    ExitCode.PROBLEM, e.getFile() + " is there already: delete it, or name another directory", e);
        } catch (IOException | GeneralSecurityException | TlsException e) {
            throw new CommandFailedException(ExitCode.PROBLEM, "cannot make certificates: " + e, e);
        }
    }

    private List<Path> issue(List<String> hosts)
            throws IOException, GeneralSecurityException, TlsException, InterruptedException {
        Path ca = directory.resolve("ca");
        for (String each : hosts) {
            if (Files.exists(home(each))) {
                throw new FileAlreadyExistsException(home(each).toString());
            }
        }
        List<Path> made = new ArrayList<>();
        if (Files.exists(ca)) {
            takeAuthority(ca);
        } else {
            makeAuthority(ca);
            made.add(ca);
        }
        for (String each : hosts) {
            makeNode(ca, each);
            made.add(home(each));
        }
        return List.copyOf(made);
    }

    /** An address of IPv6 has colons, which not every system has in names. */
    private Path home(String host) {
        return directory.resolve(host.replace(':', '-'));
    }

    private void makeAuthority(Path ca) throws IOException, GeneralSecurityException, InterruptedException {
        keytool.run(
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=Baton CA",
                "-ext",
                "bc:critical=ca:true,pathlen:0",
                "-ext",
                "ku:critical=keyCertSign,cRLSign",
                "-validity",
                CA_DAYS);
        KeyStore store = load();
        Files.createDirectory(ca);
        write(
                ca.resolve("ca.pem"),
                pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded()));
        writeSecret(ca.resolve("ca.key"), key(store, ALIAS));
    }

    private void takeAuthority(Path ca) throws IOException, GeneralSecurityException, TlsException {
        StoreFile files = StoreFile.pem(ca.resolve("ca.pem"), ca.resolve("ca.key"));
        for (KeyManager each : files.keys().getKeyManagers()) {
            if (each instanceof X509KeyManager manager) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry(
                        ALIAS,
                        manager.getPrivateKey("key"),
                        password.toCharArray(),
                        files.certificates().toArray(new Certificate[0]));
                try (OutputStream out = Files.newOutputStream(work.resolve("store.p12"))) {
                    store.store(out, password.toCharArray());
                }
            }
        }
    }

    private void makeNode(Path ca, String host) throws IOException, GeneralSecurityException, InterruptedException {
        Path request = work.resolve("request");
        Path signed = work.resolve("signed");
        keytool.run(
                "-genkeypair",
                "-alias",
                host,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + host,
                "-validity",
                NODE_DAYS);
        keytool.run("-certreq", "-alias", host, "-file", request.toString());
        String name = isAddress(host) ? "ip:" + host : "dns:" + host;
        keytool.run(
                "-gencert",
                "-alias",
                ALIAS,
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-rfc",
                "-ext",
                "san=" + name,
                "-ext",
                "eku=serverAuth,clientAuth",
                "-ext",
                "ku=digitalSignature",
                "-validity",
                NODE_DAYS);
        Path home = Files.createDirectory(home(host));
        // No secret, but the server looks at both files together when it asks who can read its key.
        writeSecret(home.resolve("node.pem"), Files.readString(signed));
        writeSecret(home.resolve("node.key"), key(load(), host));
        write(home.resolve("ca.pem"), Files.readString(ca.resolve("ca.pem")));
    }

    /** Says whether it is an address and not a name. */
    static boolean isAddress(String host) {
        return host.matches("\\d+(\\.\\d+){3}") || host.indexOf(':') >= 0;
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(work.resolve("store.p12"))) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    private String key(KeyStore store, String alias) throws GeneralSecurityException {
        Key key = store.getKey(alias, password.toCharArray());
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String kind, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
    }

    /** The file is its owner's alone before there is anything in it. */
    private static void writeSecret(Path file, String text) throws IOException {
        boolean posix = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix");
        Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
        Files.createFile(
                file,
                posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(owner)} : new FileAttribute<?>[0]);
        Files.writeString(file, text, StandardCharsets.US_ASCII);
    }
}
