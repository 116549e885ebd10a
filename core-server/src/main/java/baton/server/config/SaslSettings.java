package baton.server.config;

import baton.protocol.tls.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in by SASL, with the mechanism DIGEST-MD5.
 *
 * @param schemeKnown whether lists may name users of the scheme sasl, even if nobody can log in
 * @param passwords those of the users, by name; empty if nobody can log in
 * @param superUsers names of users that pass every check
 * @param anyone the name that in a list means everybody who has logged in; null if there is none
 * @param failureForgiven whether a client whose login failed may go on as nobody
 */
public record SaslSettings(
        boolean schemeKnown,
        Map<String, Secret> passwords,
        Set<String> superUsers,
        @Nullable String anyone,
        boolean failureForgiven) {
    /** Nobody can log in. */
    public static final SaslSettings NONE = new SaslSettings(false, Map.of(), Set.of(), null, false);

    public SaslSettings {
        passwords = Map.copyOf(passwords);
        superUsers = Set.copyOf(superUsers);
    }

    /** Makes the settings under which these users can log in. */
    public static SaslSettings of(Map<String, String> passwords) {
        Map<String, Secret> secrets = new HashMap<>();
        passwords.forEach((user, password) -> secrets.put(user, Secret.of(password)));
        return new SaslSettings(true, secrets, Set.of(), null, false);
    }

    /** Says whether somebody stands above the lists: one who is named, or one called so, who passes each with anybody in it. */
    boolean hasSuperUser() {
        return !superUsers.isEmpty() || passwords.containsKey("super");
    }

    /** Says whether there is anybody who can log in. */
    public boolean isOffered() {
        return !passwords.isEmpty();
    }

    public SaslSettings withSuperUsers(Set<String> names) {
        return new SaslSettings(schemeKnown, passwords, names, anyone, failureForgiven);
    }

    public SaslSettings withFailureForgiven() {
        return new SaslSettings(schemeKnown, passwords, superUsers, anyone, true);
    }
}
