package baton.protocol.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Certificates and keys as text.
 *
 * <pre>
 * -----BEGIN CERTIFICATE-----            any number of them
 * -----BEGIN PRIVATE KEY-----            PKCS#8: RSA, EC, Ed25519, Ed448, DSA
 * -----BEGIN ENCRYPTED PRIVATE KEY-----  PKCS#8 under a password
 * </pre>
 *
 * <p>What stands outside such blocks is a comment. Keys in older wrappings are refused with the command that rewraps them.
 */
final class PemText {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");
    private static final String REWRAP = "; rewrap it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW";

    private PemText() {}

    /** Returns the certificates in the order in which they stand. */
    static List<X509Certificate> certificates(String text) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            if (block.group(1).equals("CERTIFICATE") || block.group(1).equals("X509 CERTIFICATE")) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes(block))));
            }
        }
        return found;
    }

    /**
     * Returns the one key.
     *
     * @throws GeneralSecurityException saying why there is none
     */
    static PrivateKey privateKey(String text, Secret password) throws GeneralSecurityException {
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            String kind = block.group(1);
            if (kind.equals("PRIVATE KEY")) {
                return key(new PKCS8EncodedKeySpec(bytes(block)));
            }
            if (kind.equals("ENCRYPTED PRIVATE KEY")) {
                return key(decrypted(bytes(block), password));
            }
            if (kind.endsWith("PRIVATE KEY")) {
                throw new InvalidKeySpecException("holds a key as '" + kind + "', and PKCS#8 is needed" + REWRAP);
            }
        }
        throw new InvalidKeySpecException("holds no private key");
    }

    private static byte[] bytes(Matcher block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] encoded, Secret password) throws GeneralSecurityException {
        if (password.isEmpty()) {
            throw new InvalidKeySpecException("holds an encrypted key, and no password is given");
        }
        try {
            EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(encoded);
            AlgorithmParameters parameters = encrypted.getAlgParameters();
            // For PBES2 the parameters name the cipher, for its predecessors the algorithm itself does.
            String algorithm = encrypted.getAlgName().equals("PBES2")
                            || encrypted.getAlgName().startsWith("1.2.")
                    ? parameters.toString()
                    : encrypted.getAlgName();
            SecretKeyFactory keys = SecretKeyFactory.getInstance(algorithm);
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key(keys, password), parameters);
            return encrypted.getKeySpec(cipher);
        } catch (IOException e) {
            throw new InvalidKeySpecException("holds an encrypted key that cannot be understood", e);
        }
    }

    private static SecretKey key(SecretKeyFactory keys, Secret password) throws InvalidKeySpecException {
        try (Secret.Copy copy = password.copy()) {
            PBEKeySpec spec = new PBEKeySpec(copy.text());
            SecretKey key = keys.generateSecret(spec);
            spec.clearPassword();
            return key;
        }
    }

    private static PrivateKey key(PKCS8EncodedKeySpec encoded) throws InvalidKeySpecException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException | NoSuchAlgorithmException another) {
                continue;
            }
        }
        throw new InvalidKeySpecException("holds a key that is none of " + KEY_ALGORITHMS);
    }
}
