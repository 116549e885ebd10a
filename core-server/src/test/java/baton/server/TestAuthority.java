package baton.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;

/**
 * Signs certificates, takes them back, and tells whoever asks on loopback: by a list (CRL), or one by one (OCSP). It can
 * also keep silent.
 */
final class TestAuthority implements AutoCloseable {
    /** What a certificate is for, as its extension says. */
    enum Purpose {
        CLIENT(2),
        SERVER(1);

        private final int number;

        Purpose(int number) {
            this.number = number;
        }
    }

    /** A certificate with its key. */
    record Signed(X509Certificate certificate, PrivateKey key) {}

    static final String PASSWORD = "not-a-secret";

    private static final byte[] ECDSA_WITH_SHA256 = der(0x30, oid(42, 134, 72, 206, 61, 4, 3, 2));
    private static final byte[] SHA1 = der(0x30, oid(43, 14, 3, 2, 26), der(0x05));
    private static final String NAME = "CN=authority";

    private final KeyPair keys = newKeys();
    private final X509Certificate own;
    private final HttpServer site;
    private final Set<BigInteger> revoked = ConcurrentHashMap.newKeySet();
    private volatile boolean silent;
    private long lastSerial = 1;

    TestAuthority() throws GeneralSecurityException, IOException {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/crl", exchange -> answer(exchange, this::list));
        site.createContext("/ocsp", exchange -> answer(exchange, () -> verdict(serialIn(exchange))));
        site.start();
        own = sign(NAME, keys.getPublic(), 1, extension(true, der(0x30, new byte[] {1, 1, -1}), 85, 29, 19));
    }

    /** Makes keys and a certificate that names both ways to ask whether it still counts. */
    Signed sign(String name, Purpose purpose, Instant end) throws GeneralSecurityException {
        KeyPair pair = newKeys();
        String at = "http://127.0.0.1:" + site.getAddress().getPort();
        // An address of its own, for the list of one that was asked for before is remembered for a while.
        byte[] address = (at + "/crl/" + ++lastSerial).getBytes(StandardCharsets.US_ASCII);
        byte[] list = der(0x30, der(0x30, der(0xa0, der(0xa0, der(0x86, address)))));
        byte[] responder = der(
                0x30,
                der(
                        0x30,
                        oid(43, 6, 1, 5, 5, 7, 48, 1),
                        der(0x86, (at + "/ocsp").getBytes(StandardCharsets.US_ASCII))));
        X509Certificate made = sign(
                name,
                pair.getPublic(),
                lastSerial,
                end,
                extension(false, der(0x30, oid(43, 6, 1, 5, 5, 7, 3, purpose.number)), 85, 29, 37),
                extension(false, list, 85, 29, 31),
                extension(false, responder, 43, 6, 1, 5, 5, 7, 1, 1));
        return new Signed(made, pair.getPrivate());
    }

    Signed sign(String name, Purpose purpose) throws GeneralSecurityException {
        return sign(name, purpose, Instant.now().plus(1, ChronoUnit.DAYS));
    }

    void revoke(Signed signed) {
        revoked.add(signed.certificate.getSerialNumber());
    }

    /** Answers nobody's questions from now on, or does again. */
    void keepSilent(boolean really) {
        silent = really;
    }

    /** Writes a store with the key and its chain, PKCS12 with {@link #PASSWORD}. */
    Path keys(Path file, Signed signed) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("key", signed.key, PASSWORD.toCharArray(), new Certificate[] {signed.certificate, own});
        return save(store, file);
    }

    /** Writes a store with nothing but the authority. */
    Path trust(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("authority", own);
        return save(store, file);
    }

    @Override
    public void close() {
        site.stop(0);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Path save(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    // What is said over HTTP.

    private interface Content {
        byte[] make() throws GeneralSecurityException, IOException;
    }

    private void answer(HttpExchange exchange, Content content) throws IOException {
        try (exchange) {
            if (silent) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            byte[] bytes = content.make();
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private byte[] list() throws GeneralSecurityException {
        byte[][] entries = revoked.stream()
                .map(serial -> der(0x30, der(0x02, serial.toByteArray()), time(aWhileAgo())))
                .toArray(byte[][]::new);
        byte[] content = der(
                0x30,
                der(0x02, new byte[] {1}),
                ECDSA_WITH_SHA256,
                new X500Principal(NAME).getEncoded(),
                time(aWhileAgo()),
                time(Instant.now().plusSeconds(3600)),
                entries.length == 0 ? new byte[0] : der(0x30, entries));
        return der(0x30, content, ECDSA_WITH_SHA256, signature(content));
    }

    private static BigInteger serialIn(HttpExchange exchange) throws IOException {
        byte[] question = question(exchange);
        int at = indexOfKeyHash(question);
        int length = question[at + 1];
        return new BigInteger(Arrays.copyOfRange(question, at + 2, at + 2 + length));
    }

    /** A question comes as a body, or, if it is short, in the address. */
    private static byte[] question(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        return body.length > 0 ? body : Base64.getDecoder().decode(path.substring("/ocsp/".length()));
    }

    // Algorithm, two hashes of 20 bytes, and behind them the number.
    private static int indexOfKeyHash(byte[] question) throws IOException {
        for (int i = 0; i + SHA1.length + 44 < question.length; i++) {
            if (Arrays.equals(question, i, i + SHA1.length, SHA1, 0, SHA1.length)) {
                return i + SHA1.length + 44;
            }
        }
        throw new IOException("no question of the usual form");
    }

    private byte[] verdict(BigInteger serial) throws GeneralSecurityException {
        Instant now = Instant.now();
        byte[] id = der(
                0x30,
                SHA1,
                der(0x04, sha1(new X500Principal(NAME).getEncoded())),
                der(0x04, sha1(keyBits())),
                der(0x02, serial.toByteArray()));
        byte[] state = revoked.contains(serial) ? der(0xa1, generalTime(aWhileAgo())) : der(0x80);
        byte[] single = der(0x30, id, state, generalTime(aWhileAgo()), der(0xa0, generalTime(now.plusSeconds(3600))));
        byte[] content =
                der(0x30, der(0xa1, new X500Principal(NAME).getEncoded()), generalTime(now), der(0x30, single));
        byte[] basic = der(0x30, content, ECDSA_WITH_SHA256, signature(content));
        return der(
                0x30,
                der(0x0a, new byte[] {0}),
                der(0xa0, der(0x30, oid(43, 6, 1, 5, 5, 7, 48, 1, 1), der(0x04, basic))));
    }

    private byte[] keyBits() {
        // Behind the algorithm of 21 bytes: tag, length, number of unused bits.
        byte[] encoded = keys.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, 2 + 21 + 3, encoded.length);
    }

    private static byte[] sha1(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(bytes);
    }

    // Certificates.

    private X509Certificate sign(String name, PublicKey key, long serial, byte[]... extensions)
            throws GeneralSecurityException {
        return sign(name, key, serial, Instant.now().plus(1, ChronoUnit.DAYS), extensions);
    }

    private X509Certificate sign(String name, PublicKey key, long serial, Instant end, byte[]... extensions)
            throws GeneralSecurityException {
        byte[] content = der(
                0x30,
                der(0xa0, der(0x02, new byte[] {2})),
                der(0x02, BigInteger.valueOf(serial).toByteArray()),
                ECDSA_WITH_SHA256,
                new X500Principal(NAME).getEncoded(),
                der(0x30, time(end.minus(2, ChronoUnit.DAYS)), time(end)),
                new X500Principal(name).getEncoded(),
                key.getEncoded(),
                der(0xa3, der(0x30, extensions)));
        byte[] certificate = der(0x30, content, ECDSA_WITH_SHA256, signature(content));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] extension(boolean critical, byte[] value, int... name) {
        byte[] mark = critical ? new byte[] {1, 1, -1} : new byte[0];
        return der(0x30, oid(name), mark, der(0x04, value));
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private byte[] signature(byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        return der(0x03, new byte[] {0}, signature.sign());
    }

    // DER.

    static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            content.writeBytes(each);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] bytes = BigInteger.valueOf(length).toByteArray();
            int from = bytes[0] == 0 ? 1 : 0;
            out.write(0x80 | bytes.length - from);
            out.write(bytes, from, bytes.length - from);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /** The first number is made of the first two of the name. */
    static byte[] oid(int... numbers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int each : numbers) {
            out.write(each);
        }
        return der(0x06, out.toByteArray());
    }

    /** What was revoked later than the handshake began still counts, and times have no fractions of a second. */
    private static Instant aWhileAgo() {
        return Instant.now().minusSeconds(60);
    }

    private static byte[] time(Instant instant) {
        return text(0x17, "yyMMddHHmmss'Z'", instant);
    }

    private static byte[] generalTime(Instant instant) {
        return text(0x18, "yyyyMMddHHmmss'Z'", instant);
    }

    private static byte[] text(int tag, String pattern, Instant instant) {
        String text = DateTimeFormatter.ofPattern(pattern).format(instant.atOffset(ZoneOffset.UTC));
        return der(tag, text.getBytes(StandardCharsets.US_ASCII));
    }
}
