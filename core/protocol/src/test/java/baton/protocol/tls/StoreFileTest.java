package baton.protocol.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreFileTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aKeyIsReadAsText(String algorithm) throws Exception {
        PrivateKey key =
                KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

        assertEquals(key, PemText.privateKey(pem("PRIVATE KEY", key.getEncoded()), Secret.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBEWithHmacSHA256AndAES_256", "PBEWithSHA1AndDESede"})
    void anEncryptedKeyIsReadWithItsPassword(String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        String text = pem("ENCRYPTED PRIVATE KEY", encrypted(algorithm, pair.getPrivate()));

        assertEquals(pair.getPrivate(), PemText.privateKey(text, Secret.of("right")));
        assertThrows(GeneralSecurityException.class, () -> PemText.privateKey(text, Secret.of("wrong")));
        assertThrows(GeneralSecurityException.class, () -> PemText.privateKey(text, Secret.EMPTY));
    }

    private static byte[] encrypted(String algorithm, PrivateKey key) throws Exception {
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("right".toCharArray())));
        // The newer algorithms have no name of their own in the file, only parameters of a general one.
        AlgorithmParameters parameters =
                AlgorithmParameters.getInstance(algorithm.contains("Hmac") ? "PBES2" : algorithm);
        parameters.init(cipher.getParameters().getEncoded());
        return new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(key.getEncoded())).getEncoded();
    }

    private static String pem(String kind, byte[] bytes) {
        return "a comment\n-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes)
                + "\n-----END " + kind + "-----\n";
    }

    @Test
    void aKeyInAnOldWrappingIsRefusedWithTheCommandThatHelps() {
        GeneralSecurityException refusal = assertThrows(
                GeneralSecurityException.class,
                () -> PemText.privateKey(pem("RSA PRIVATE KEY", new byte[3]), Secret.EMPTY));

        assertTrue(String.valueOf(refusal.getMessage()).contains("openssl pkcs8"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.pem", "empty.pem", "nonsense.p12", "nonsense.jks"})
    void aFileThatCannotBeUsedIsNamedInOneLine(String name) throws Exception {
        Files.writeString(directory.resolve("empty.pem"), "");
        Files.writeString(directory.resolve("nonsense.p12"), "nonsense");
        Files.writeString(directory.resolve("nonsense.jks"), "nonsense");
        StoreFile file = StoreFile.of(directory.resolve(name), Secret.of("hidden"));

        for (TlsException refusal : new TlsException[] {
            assertThrows(TlsException.class, file::keys), assertThrows(TlsException.class, file::trust)
        }) {
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.contains(name), message);
            assertTrue(!message.contains("hidden") && !message.contains("\n"), message);
        }
    }

    @Test
    void aFormatIsToldByTheNameOfTheFile() {
        assertEquals(StoreFormat.JKS, StoreFormat.ofFile("/a/b.JKS"));
        assertEquals(StoreFormat.PKCS12, StoreFormat.ofFile("b.pfx"));
        assertEquals(StoreFormat.PEM, StoreFormat.ofFile("b.crt"));
        assertThrows(IllegalArgumentException.class, () -> StoreFormat.ofFile("b"));
    }

    @Test
    void whoHasAStoreOfBouncyCastleIsToldHowToConvertIt() {
        String named = assertThrows(IllegalArgumentException.class, () -> StoreFormat.named("BCFKS"))
                .getMessage();
        String ended = assertThrows(IllegalArgumentException.class, () -> StoreFormat.ofFile("/a/keys.bcfks"))
                .getMessage();

        assertTrue(
                named.startsWith("store type 'BCFKS' is not one of JKS, PKCS12, PEM: have it written as PKCS12"),
                named);
        assertTrue(named.contains("keytool -importkeystore -srckeystore FILE -srcstoretype BCFKS"), named);
        assertTrue(ended.contains("keytool -importkeystore"), ended);
    }

    @Test
    void aFingerprintFollowsTheFile() throws Exception {
        Path path = directory.resolve("a.pem");
        StoreFile file = StoreFile.of(path, Secret.EMPTY);
        String none = file.fingerprint();
        Files.writeString(path, "one");
        String one = file.fingerprint();
        Files.writeString(path, "three");

        assertTrue(!none.equals(one) && !one.equals(file.fingerprint()), one);
    }

    @Test
    void aSecretIsNotShown() {
        assertEquals("***", Secret.of("word").toString());
        assertEquals(Secret.of("word"), Secret.of("word"));
        assertTrue(StoreFile.of(Path.of("a.pem"), Secret.of("word")).toString().contains("***"));
    }
}
