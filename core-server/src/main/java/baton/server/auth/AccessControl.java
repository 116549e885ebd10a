package baton.server.auth;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.Permission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything about access control lists: what may be stored, what it allows, how it is shown. */
public final class AccessControl {
    private static final String WORLD = "world";
    private static final String AUTH = "auth";

    private final Map<String, AuthScheme> schemes = new LinkedHashMap<>();
    private final boolean enforced;

    private AccessControl(List<AuthScheme> schemes, boolean enforced) {
        this.enforced = enforced;
        for (AuthScheme each : schemes) {
            this.schemes.put(each.name(), each);
        }
    }

    /** Makes access control that knows the schemes. */
    public static AccessControl of(List<AuthScheme> schemes) {
        return new AccessControl(schemes, true);
    }

    /** Makes access control that stores and shows lists but lets everybody do everything. */
    public static AccessControl unenforced(List<AuthScheme> schemes) {
        return new AccessControl(schemes, false);
    }

    /** Makes access control as a server has it unless told otherwise: digest and ip, nobody above the lists. */
    public static AccessControl standard() {
        return of(List.of(new DigestScheme(DigestScheme.SHA1, null), new IpScheme()));
    }

    /** Returns the identities that the proof brings, perhaps none; empty if the client must be turned away. */
    public Optional<List<Identity>> authenticate(String scheme, @Nullable Bytes proof) {
        AuthScheme found = schemes.get(scheme);
        return found == null ? Optional.empty() : found.authenticate(proof);
    }

    /**
     * Says whether somebody with the identities may do what any of the permissions allows.
     *
     * @param permissions bits of {@link Permission}, of which one is enough
     */
    public boolean allows(List<Acl> acl, int permissions, List<Identity> identities) {
        if (!enforced || acl.isEmpty() || isSuper(identities)) {
            return true;
        }
        for (Acl entry : acl) {
            if ((entry.permissions() & permissions) != 0 && means(entry, identities)) {
                return true;
            }
        }
        return false;
    }

    private boolean means(Acl entry, List<Identity> identities) {
        if (entry.isOfAnybody()) {
            return true;
        }
        AuthScheme scheme = schemes.get(entry.scheme());
        if (scheme == null) {
            return false;
        }
        for (Identity each : identities) {
            if (each.scheme().equals(entry.scheme()) && scheme.matches(each.id(), entry.id())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSuper(List<Identity> identities) {
        for (Identity each : identities) {
            if (each.scheme().equals(Identity.SUPER)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes of a list that a client sent the one to store: duplicates go, and {@code auth} becomes the client's own
     * identities. Empty if there is anything wrong with it.
     */
    public Optional<List<Acl>> storable(List<Acl> sent, List<Identity> identities) {
        if (sent == Acl.OPEN || sent.equals(Acl.OPEN)) {
            return Optional.of(Acl.OPEN);
        }
        List<Acl> stored = new ArrayList<>();
        for (Acl entry : new LinkedHashSet<>(sent)) {
            List<Acl> entries = storable(entry, identities);
            if (entries.isEmpty()) {
                return Optional.empty();
            }
            stored.addAll(entries);
        }
        return stored.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(stored));
    }

    private List<Acl> storable(Acl entry, List<Identity> identities) {
        if (entry.scheme().equals(WORLD)) {
            return entry.isOfAnybody() ? List.of(entry) : List.of();
        }
        if (entry.scheme().equals(AUTH)) {
            return ownEntries(entry.permissions(), identities);
        }
        AuthScheme scheme = schemes.get(entry.scheme());
        return scheme != null && scheme.accepts(entry.id()) ? List.of(entry) : List.of();
    }

    private List<Acl> ownEntries(int permissions, List<Identity> identities) {
        List<Acl> entries = new ArrayList<>();
        for (Identity each : identities) {
            if (isProof(each)) {
                entries.add(new Acl(permissions, each.scheme(), each.id()));
            }
        }
        return entries;
    }

    /** Says whether the identity tells who somebody is, and not only where. */
    public boolean isProof(Identity identity) {
        AuthScheme scheme = schemes.get(identity.scheme());
        return scheme != null && scheme.provesIdentity();
    }

    /** Returns the list as somebody with the identities may see it: hashes are for administrators of the node. */
    public List<Acl> shown(List<Acl> acl, List<Identity> identities) {
        if (allows(acl, Permission.ADMIN, identities)) {
            return acl;
        }
        List<Acl> shown = new ArrayList<>(acl.size());
        for (Acl entry : acl) {
            shown.add(new Acl(entry.permissions(), entry.scheme(), masked(entry)));
        }
        return shown;
    }

    // A list may be older than the setting that switched its scheme off: a hash is one all the same.
    private String masked(Acl entry) {
        if (entry.scheme().equals(DigestScheme.NAME)) {
            return DigestScheme.withoutHash(entry.id());
        }
        AuthScheme scheme = schemes.get(entry.scheme());
        return scheme == null ? entry.id() : scheme.masked(entry.id());
    }

    /** Returns the identities as their owner sees them. */
    public List<ClientIdentity> shown(List<Identity> identities) {
        List<ClientIdentity> shown = new ArrayList<>(identities.size());
        for (Identity each : identities) {
            AuthScheme scheme = schemes.get(each.scheme());
            shown.add(new ClientIdentity(each.scheme(), scheme == null ? "" : scheme.userOf(each.id())));
        }
        return shown;
    }
}
