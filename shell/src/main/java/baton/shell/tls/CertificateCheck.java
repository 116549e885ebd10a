package baton.shell.tls;

import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509KeyManager;

/**
 * Whether the files of a {@code baton.tls.dir} fit together: key and certificate, the chain up to {@code ca.pem}, dates,
 * names; and whether servers are to be talked to with them.
 */
public final class CertificateCheck {
    private static final Duration END_IS_NEAR = Duration.ofDays(30);
    private static final int DIAL_MILLIS_MAX = 5_000;
    private static final int REFUSAL_MILLIS_MAX = 500;

    private final StoreFile keys;
    private final StoreFile trust;
    private final Instant now;
    private final List<Finding> findings = new ArrayList<>();

    private CertificateCheck(Path directory, Instant now) {
        this.keys = StoreFile.pem(directory.resolve("node.pem"), directory.resolve("node.key"));
        this.trust = StoreFile.of(directory.resolve("ca.pem"), Secret.EMPTY);
        this.now = now;
    }

    /**
     * Looks at the directory, and talks to the servers.
     *
     * @param hosts names and addresses that the certificate must have
     * @param servers each {@code HOST:PORT}
     */
    public static List<Finding> run(Path directory, List<String> hosts, List<String> servers, Instant now) {
        CertificateCheck check = new CertificateCheck(directory, now);
        try {
            check.files(hosts);
            for (String each : servers) {
                check.handshake(each);
            }
        } catch (TlsException e) {
            check.findings.add(Finding.error(String.valueOf(e.getMessage())));
        }
        return List.copyOf(check.findings);
    }

    private void files(List<String> hosts) throws TlsException {
        List<X509Certificate> chain = keys.certificates();
        X509Certificate own = chain.get(0);
        keyMatches(own);
        chainHolds(chain);
        for (X509Certificate each : chain) {
            dates("node.pem", each);
        }
        for (X509Certificate each : trust.certificates()) {
            dates("ca.pem", each);
        }
        names(own, hosts);
        if (keys.isOpenToOthers()) {
            findings.add(Finding.warning("others can read what is the server's alone: chmod 600 node.key node.pem"));
        }
    }

    private void keyMatches(X509Certificate own) throws TlsException {
        for (KeyManager each : keys.keys().getKeyManagers()) {
            if (each instanceof X509KeyManager manager) {
                PrivateKey key = manager.getPrivateKey("key");
                findings.add(
                        key != null && signs(key, own.getPublicKey())
                                ? Finding.ok("node.key is the key of node.pem")
                                : Finding.error("node.key is not the key of node.pem: put the one there that it was"
                                        + " requested with"));
            }
        }
    }

    private static boolean signs(PrivateKey key, PublicKey other) {
        byte[] text = "either".getBytes(StandardCharsets.US_ASCII);
        String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(other);
            verifying.update(text);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void chainHolds(List<X509Certificate> chain) throws TlsException {
        Set<TrustAnchor> anchors = trust.certificates().stream()
                .map(each -> new TrustAnchor(each, null))
                .collect(Collectors.toSet());
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
            findings.add(Finding.ok("node.pem is signed by ca.pem"));
        } catch (GeneralSecurityException e) {
            findings.add(Finding.error("node.pem does not lead to ca.pem: " + e.getMessage()
                    + "; put the certificates between them into node.pem, too"));
        }
    }

    private void dates(String file, X509Certificate certificate) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        String which = file + " (" + certificate.getSubjectX500Principal().getName() + ")";
        if (now.isBefore(begin)) {
            findings.add(Finding.error(which + " is good only from " + begin + " on: look at this machine's clock"));
        } else if (!now.isBefore(end)) {
            findings.add(Finding.error(which + " has ended at " + end + ": replace it"));
        } else if (now.plus(END_IS_NEAR).isAfter(end)) {
            findings.add(Finding.warning(
                    which + " ends in " + Duration.between(now, end).toDays() + " days, at " + end));
        } else {
            findings.add(Finding.ok(which + " is good until " + end));
        }
    }

    private void names(X509Certificate own, List<String> hosts) {
        Set<String> names = namesOf(own);
        for (String each : hosts) {
            findings.add(
                    names.contains(each.toLowerCase(Locale.ROOT))
                            ? Finding.ok("node.pem names " + each)
                            : Finding.error("node.pem names " + names + ", and not " + each
                                    + ": clients that dial it will refuse; make one with --hosts " + each));
        }
        if (names.isEmpty()) {
            findings.add(Finding.error("node.pem names no host: it needs subject alternative names"));
        } else if (hosts.isEmpty()) {
            findings.add(Finding.ok("node.pem names " + names));
        }
    }

    private static Set<String> namesOf(X509Certificate certificate) {
        Set<String> names = new HashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                all.forEach(each -> names.add(each.get(1).toString().toLowerCase(Locale.ROOT)));
            }
        } catch (CertificateParsingException e) {
            return Set.of();
        }
        return names;
    }

    private void handshake(String server) throws TlsException {
        int colon = server.lastIndexOf(':');
        if (colon < 1 || !server.substring(colon + 1).matches("\\d{1,5}")) {
            findings.add(Finding.error(server + " is not HOST:PORT"));
            return;
        }
        String host = server.substring(0, colon);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.keys().getKeyManagers(), trust.trust().getTrustManagers(), null);
            findings.add(Finding.ok(server + ": "
                    + greet(context.getSocketFactory(), host, Integer.parseInt(server.substring(colon + 1)))));
        } catch (IOException | GeneralSecurityException e) {
            findings.add(Finding.error(server + ": no TLS with it: " + e.getMessage()));
        }
    }

    private static String greet(SSLSocketFactory factory, String host, int port) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), DIAL_MILLIS_MAX);
            plain.setSoTimeout(DIAL_MILLIS_MAX);
            try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                X509Certificate theirs = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                // With TLS 1.3 a server refuses our certificate only after the handshake, at the first word.
                socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
                awaitRefusal(socket);
                return socket.getSession().getProtocol() + " with "
                        + theirs.getSubjectX500Principal().getName();
            }
        }
    }

    /** Whoever says anything else, or nothing, has let us in. */
    private static void awaitRefusal(SSLSocket socket) throws IOException {
        socket.setSoTimeout(REFUSAL_MILLIS_MAX);
        try {
            if (socket.getInputStream().read() < 0) {
                throw new IOException("it closes the connection");
            }
        } catch (SocketTimeoutException letIn) {
            socket.setSoTimeout(DIAL_MILLIS_MAX);
        }
    }
}
