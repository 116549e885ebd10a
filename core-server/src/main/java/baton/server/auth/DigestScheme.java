package baton.server.auth;

import baton.protocol.Bytes;
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
 * id      user:base64(sha1(user:password))
 * </pre>
 *
 * <p>A wrong password is not refused: it makes an identity that no list contains. Text is UTF-8 throughout.
 */
public final class DigestScheme implements AuthScheme {
    public static final String NAME = "digest";

    private final @Nullable String superUserId;

    /** @param superUserId the id that also passes every check; null if there is none */
    public DigestScheme(@Nullable String superUserId) {
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
        String id = idOf(proof.utf8());
        List<Identity> identities = new ArrayList<>(2);
        if (id.equals(superUserId)) {
            identities.add(new Identity(Identity.SUPER, ""));
        }
        identities.add(new Identity(NAME, id));
        return Optional.of(identities);
    }

    /** Computes the id for {@code user:password}. */
    public static String idOf(String userAndPassword) {
        byte[] hash = sha1().digest(userAndPassword.getBytes(StandardCharsets.UTF_8));
        return userOfDigest(userAndPassword) + ":" + Base64.getEncoder().encodeToString(hash);
    }

    @Override
    public boolean accepts(String id) {
        String[] parts = id.split(":");
        return parts.length == 2;
    }

    @Override
    public boolean matches(String clientId, String listedId) {
        return clientId.equals(listedId);
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
        int colon = id.indexOf(':');
        return colon < 0 ? id : id.substring(0, colon + 1) + "x";
    }

    private static String userOfDigest(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? text : text.substring(0, colon);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform must offer SHA-1", impossible);
        }
    }
}
