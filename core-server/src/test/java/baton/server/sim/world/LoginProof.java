package baton.server.sim.world;

import baton.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client answers to the challenge of a login by DIGEST-MD5 (RFC 2831); written from that, not from the server. */
final class LoginProof {
    private static final String REALM = "zk-sasl-md5";
    private static final String URI = "zookeeper/" + REALM;
    private static final Pattern NONCE = Pattern.compile("nonce=\"([^\"]+)\"");

    private LoginProof() {}

    static Bytes of(String user, String password, String clientNonce, Bytes challenge) {
        Matcher nonce = NONCE.matcher(challenge.utf8());
        if (!nonce.find()) {
            throw new IllegalArgumentException("no nonce in " + challenge.utf8());
        }
        String both = nonce.group(1) + ":00000001:" + clientNonce + ":auth:";
        byte[] secret = md5(bytes(user + ":" + REALM + ":" + password));
        byte[] key = md5(secret, bytes(":" + nonce.group(1) + ":" + clientNonce));
        String response = hex(md5(bytes(hex(key) + ":" + both + hex(md5(bytes("AUTHENTICATE:" + URI))))));
        return Bytes.utf8("username=\"" + user + "\",realm=\"" + REALM + "\",nonce=\"" + nonce.group(1) + "\",cnonce=\""
                + clientNonce + "\",nc=00000001,qop=auth,digest-uri=\"" + URI + "\",response=" + response);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] md5(byte[]... parts) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            for (byte[] each : parts) {
                md5.update(each);
            }
            return md5.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform must offer MD5", impossible);
        }
    }
}
