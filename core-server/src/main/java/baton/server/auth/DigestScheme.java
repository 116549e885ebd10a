package baton.server.auth;

import baton.protocol.Bytes;
import baton.protocol.tls.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user name and a password, known to the server only as a hash.
 *
 * <pre>
 * proof   user:password
 * id      user:base64(hash(user:password))
 * </pre>
 *
 * <p>A wrong password is not refused: it makes an identity that no list contains. Text is UTF-8 throughout.
 */
public final class DigestScheme implements AuthScheme {
    public static final String NAME = "digest";

    /** The hash unless an operator chose another. */
    public static final String SHA1 = "SHA1";

    private final String algorithm;
    private final @Nullable Secret superUserId;

    /**
     * @param algorithm the hash, as Java names it
     * @param superUserId the id that also passes every check; null if there is none
     */
    public DigestScheme(String algorithm, @Nullable Secret superUserId) {
        this.algorithm = algorithm;
        this.superUserId = superUserId;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<List<Identity>> authenticate(@Nullable Bytes proof) {
        if (proof == null) {
            return Optional.empty();
        }
        String id = idOf(algorithm, proof.utf8());
        List<Identity> identities = new ArrayList<>(2);
        if (superUserId != null && superUserId.equals(Secret.of(id))) {
            identities.add(new Identity(Identity.SUPER, ""));
        }
        identities.add(new Identity(NAME, id));
        return Optional.of(identities);
    }

    /** Computes the id for {@code user:password} with the usual hash. */
    public static String idOf(String userAndPassword) {
        return idOf(SHA1, userAndPassword);
    }

    private static String idOf(String algorithm, String userAndPassword) {
        byte[] hash = hash(algorithm).digest(userAndPassword.getBytes(StandardCharsets.UTF_8));
        return userOfDigest(userAndPassword) + ":" + Base64.getEncoder().encodeToString(hash);
    }

    @Override
    public boolean accepts(String id) {
        String[] parts = id.split(":");
        return parts.length == 2;
    }

    @Override
    public boolean matches(String clientId, String listedId) {
        return Secret.isSame(listedId, clientId);
    }

    @Override
    public boolean provesIdentity() {
        return true;
    }

    @Override
    public String userOf(String id) {
        return userOfDigest(id);
    }

    @Override
    public String masked(String id) {
        return withoutHash(id);
    }

    /** Returns the id as those may see it who must not learn the hash. */
    public static String withoutHash(String id) {
        int colon = id.indexOf(':');
        return colon < 0 ? id : id.substring(0, colon + 1) + "x";
    }

    private static String userOfDigest(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? text : text.substring(0, colon);
    }

    private static MessageDigest hash(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no hash " + algorithm, e);
        }
    }
}
