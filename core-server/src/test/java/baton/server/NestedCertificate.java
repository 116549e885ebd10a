package baton.server;

import static baton.server.TestAuthority.der;
import static baton.server.TestAuthority.oid;

import baton.server.TestAuthority.Signed;
import java.math.BigInteger;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that is like another to whoever sends it, and to whoever reads it has an algorithm whose parameters name an
 * algorithm whose parameters name an algorithm, as often as a handshake's message has room for it.
 */
final class NestedCertificate extends X509Certificate {
    private static final long serialVersionUID = 1L;

    private static final byte[] PSS = oid(42, 134, 72, 134, 247, 13, 1, 1, 10);
    private static final byte[] MASK = oid(42, 134, 72, 134, 247, 13, 1, 1, 8);
    private static final byte[] SHA1 = der(0x30, oid(43, 14, 3, 2, 26), der(0x05));
    private static final int DEPTH = 750;

    private final X509Certificate like;

    private NestedCertificate(X509Certificate like) {
        this.like = like;
    }

    /** Returns what shows such a certificate to a server that asks for one. */
    static X509ExtendedKeyManager shown(Signed signed) {
        return new Shown(new NestedCertificate(signed.certificate()), signed.key());
    }

    @Override
    public byte[] getEncoded() {
        byte[] algorithm = SHA1;
        for (int i = 0; i < DEPTH; i++) {
            algorithm = der(0x30, PSS, der(0x30, der(0xa1, der(0x30, MASK, algorithm))));
        }
        byte[] content = der(
                0x30,
                der(0xa0, der(0x02, new byte[] {2})),
                der(0x02, new byte[] {1}),
                algorithm,
                SHA1,
                SHA1,
                SHA1,
                SHA1);
        return der(0x30, content, SHA1, der(0x03, new byte[] {0}));
    }

    private static final class Shown extends X509ExtendedKeyManager {
        private final X509Certificate certificate;
        private final PrivateKey key;

        Shown(X509Certificate certificate, PrivateKey key) {
            this.certificate = certificate;
            this.key = key;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
            return "key";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"key"};
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
            return null;
        }
    }

    // What the sender looks at.

    @Override
    public PublicKey getPublicKey() {
        return like.getPublicKey();
    }

    @Override
    public String getSigAlgName() {
        return like.getSigAlgName();
    }

    @Override
    public String getSigAlgOID() {
        return like.getSigAlgOID();
    }

    @Override
    public byte @Nullable [] getSigAlgParams() {
        return like.getSigAlgParams();
    }

    @Override
    public boolean @Nullable [] getKeyUsage() {
        return like.getKeyUsage();
    }

    @Override
    public int getBasicConstraints() {
        return like.getBasicConstraints();
    }

    @Override
    public void checkValidity() {}

    @Override
    public void checkValidity(Date date) {}

    @Override
    public int getVersion() {
        return like.getVersion();
    }

    @Override
    public BigInteger getSerialNumber() {
        return like.getSerialNumber();
    }

    @Override
    public Principal getIssuerDN() {
        return like.getIssuerX500Principal();
    }

    @Override
    public Principal getSubjectDN() {
        return like.getSubjectX500Principal();
    }

    @Override
    public Date getNotBefore() {
        return like.getNotBefore();
    }

    @Override
    public Date getNotAfter() {
        return like.getNotAfter();
    }

    @Override
    public byte[] getTBSCertificate() throws CertificateEncodingException {
        return like.getTBSCertificate();
    }

    @Override
    public byte[] getSignature() {
        return like.getSignature();
    }

    @Override
    public boolean @Nullable [] getIssuerUniqueID() {
        return null;
    }

    @Override
    public boolean @Nullable [] getSubjectUniqueID() {
        return null;
    }

    @Override
    public void verify(PublicKey key) {}

    @Override
    public void verify(PublicKey key, String provider) {}

    @Override
    public String toString() {
        return "a nested certificate";
    }

    @Override
    public boolean hasUnsupportedCriticalExtension() {
        return false;
    }

    @Override
    public Set<String> getCriticalExtensionOIDs() {
        return Set.of();
    }

    @Override
    public Set<String> getNonCriticalExtensionOIDs() {
        return Set.of();
    }

    @Override
    public byte @Nullable [] getExtensionValue(String id) {
        return null;
    }
}
