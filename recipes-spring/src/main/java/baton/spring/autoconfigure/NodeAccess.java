package baton.spring.autoconfigure;

import baton.protocol.Acl;
import baton.protocol.Permission;
import baton.spring.StartRefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Reads {@code baton.acl}: who may do what with the nodes this application creates. */
final class NodeAccess {
    private NodeAccess() {}

    /** @throws StartRefusedException if an entry makes no sense, naming it */
    static List<Acl> of(List<String> entries, Optional<BatonProperties.Digest> identity) {
        if (entries.isEmpty() || entries.equals(List.of("open"))) {
            return Acl.OPEN;
        }
        if (entries.equals(List.of("creator"))) {
            if (identity.isEmpty()) {
                throw new StartRefusedException(
                        "baton.acl=creator gives all rights to the identities of this application, and it has none.",
                        "Set baton.auth.digest.username and baton.auth.digest.password.");
            }
            return Acl.CREATOR_ALL;
        }
        return entries.stream().map(entry -> entry(entry, identity)).toList();
    }

    private static Acl entry(String text, Optional<BatonProperties.Digest> identity) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        if (first <= 0 || last == first) {
            throw refused(text, "it is not scheme:id:permissions");
        }
        String scheme = text.substring(0, first);
        String id = text.substring(first + 1, last);
        boolean bare = scheme.equals("digest") && id.indexOf(':') < 0;
        return new Acl(permissions(text, text.substring(last + 1)), scheme, bare ? hashed(text, id, identity) : id);
    }

    private static int permissions(String entry, String letters) {
        if (letters.isEmpty()) {
            throw refused(entry, "it gives no permission");
        }
        try {
            return Permission.parse(letters);
        } catch (IllegalArgumentException unknown) {
            throw refused(entry, String.valueOf(unknown.getMessage()));
        }
    }

    /** The id of a name whose password is known, as ZooKeeper writes it: {@code name:base64(sha1(name:password))}. */
    private static String hashed(String entry, String name, Optional<BatonProperties.Digest> identity) {
        BatonProperties.Digest known = identity.filter(
                        digest -> digest.username().equals(name))
                .orElseThrow(() -> refused(entry, "the password of " + name + " is not known here"));
        try {
            byte[] proof = (name + ":" + known.password()).getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(proof);
            return name + ":" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }

    private static StartRefusedException refused(String entry, String why) {
        return new StartRefusedException(
                "Property baton.acl has the entry \"" + entry + "\": " + why + ".",
                "Write open, creator, or entries such as digest:orders:rwcda (the name in baton.auth.digest.username),"
                        + " digest:name:hash:r and world:anyone:r.");
    }
}
