package baton.server.auth;

import baton.protocol.Bytes;
import baton.protocol.tls.Secret;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one login by SASL's DIGEST-MD5 (RFC 2831), for authentication only.
 *
 * <pre>
 * client   any token, as a rule an empty one
 * server   realm="zk-sasl-md5",nonce="...",charset=utf-8,algorithm=md5-sess
 * client   username="...",realm=...,nonce=...,cnonce="...",nc=00000001,digest-uri="zookeeper/zk-sasl-md5",response=...
 * server   rspauth=...
 * </pre>
 *
 * <p>The password never travels. The mechanism is old and its hash is broken; it is here for the clients that have
 * nothing else, and TLS should be around it. Whether a user exists cannot be told from an answer.
 */
public final class DigestMd5Login {
    private static final String REALM = "zk-sasl-md5";
    private static final String SERVICE = "zookeeper/" + REALM;
    private static final String FIRST_USE = "00000001";

    /**
     * What the login says to a token.
     *
     * @param token what to send to the client; null if the login failed
     * @param user who has logged in; null if nobody has, or not yet
     */
    public record Step(@Nullable Bytes token, @Nullable String user) {
        private static final Step FAILED = new Step(null, null);

        public boolean isFailed() {
            return token == null;
        }
    }

    private final Map<String, Secret> passwords;
    private final String nonce;
    private boolean challenged;
    private boolean ended;

    /**
     * Begins a login.
     *
     * @param passwords of the users who may log in
     * @param nonce never given to a login before, and not to be guessed
     */
    public DigestMd5Login(Map<String, Secret> passwords, String nonce) {
        this.passwords = passwords;
        this.nonce = nonce;
    }

    /** Takes the client's next token. */
    public Step take(Bytes token) {
        if (ended) {
            return Step.FAILED;
        }
        if (!challenged) {
            challenged = true;
            return new Step(challenge(), null);
        }
        ended = true;
        Map<String, String> said = Directives.parse(token);
        return said.isEmpty() ? Step.FAILED : verified(said);
    }

    private Bytes challenge() {
        return Bytes.utf8(
                "realm=\"" + REALM + "\",nonce=\"" + nonce + "\",qop=\"auth\",charset=utf-8,algorithm=md5-sess");
    }

    private Step verified(Map<String, String> said) {
        String user = said.getOrDefault("username", "");
        String clientNonce = said.getOrDefault("cnonce", "");
        String onBehalfOf = said.get("authzid");
        boolean fits = nonce.equals(said.get("nonce"))
                && REALM.equals(said.getOrDefault("realm", ""))
                && SERVICE.equals(said.get("digest-uri"))
                && FIRST_USE.equals(said.get("nc"))
                && "auth".equals(said.getOrDefault("qop", "auth"))
                && !clientNonce.isEmpty()
                // Nobody logs in for somebody else.
                && (onBehalfOf == null || onBehalfOf.isEmpty() || onBehalfOf.equals(user));
        boolean known = passwords.containsKey(user);
        String key = key(user, passwords.getOrDefault(user, Secret.EMPTY), clientNonce, onBehalfOf);
        byte[] expected = ascii(response(key, clientNonce, "AUTHENTICATE:" + SERVICE));
        boolean proven = MessageDigest.isEqual(expected, ascii(said.getOrDefault("response", "")));
        if (!fits || !known || !proven) {
            return Step.FAILED;
        }
        return new Step(Bytes.utf8("rspauth=" + response(key, clientNonce, ":" + SERVICE)), user);
    }

    /** The key of this session: only who knows the password can make it. */
    private String key(String user, Secret password, String clientNonce, @Nullable String onBehalfOf) {
        MessageDigest md5 = md5();
        md5.update(encoded(CharBuffer.wrap(user)));
        md5.update(ascii(":" + REALM + ":"));
        byte[] secret;
        try (Secret.Copy copy = password.copy()) {
            byte[] encoded = encoded(CharBuffer.wrap(copy.text()));
            secret = md5.digest(encoded);
            Arrays.fill(encoded, (byte) 0);
        }
        md5.update(secret);
        md5.update(ascii(":" + nonce + ":"));
        md5.update(utf8(clientNonce));
        if (onBehalfOf != null) {
            md5.update(utf8(":" + onBehalfOf));
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    private String response(String key, String clientNonce, String deed) {
        String what = hash(deed);
        return hash(key + ":" + nonce + ":" + FIRST_USE + ":" + clientNonce + ":auth:" + what);
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(md5().digest(utf8(text)));
    }

    // RFC 2831, 2.1.2.1: what can be said in ISO 8859-1 is hashed in that.
    private static byte[] encoded(CharBuffer text) {
        Charset narrow = StandardCharsets.ISO_8859_1;
        ByteBuffer encoded = (narrow.newEncoder().canEncode(text) ? narrow : StandardCharsets.UTF_8).encode(text);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform must offer MD5", impossible);
        }
    }
}
