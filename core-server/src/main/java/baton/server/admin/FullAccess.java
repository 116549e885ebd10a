package baton.server.admin;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.Permission;
import baton.server.auth.Authentication;
import baton.server.auth.Identity;
import baton.server.runtime.ServerStatus;
import baton.server.transport.HttpSite.Query;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * Who may use the commands that concern everything.
 *
 * <p>They must prove who they are, by {@code Authorization: SCHEME PROOF} such as {@code digest super:password}, and be the
 * super user or have every permission on the root by name. That anybody may do everything there, as in a tree where nobody
 * has set a list, is not enough.
 */
final class FullAccess {
    private static final String WORLD = "world";
    private static final List<Integer> EVERYTHING =
            List.of(Permission.READ, Permission.WRITE, Permission.CREATE, Permission.DELETE, Permission.ADMIN);

    private final ServerStatus status;
    private final Authentication authentication;

    @Inject
    FullAccess(ServerStatus status, Authentication authentication) {
        this.status = status;
        this.authentication = authentication;
    }

    /** Returns who the header proves somebody to be; nobody if it proves nothing. */
    List<Identity> identities(Query query) {
        String proof = query.header("authorization");
        int blank = proof.indexOf(' ');
        return blank < 0
                ? List.of()
                : authentication
                        .ofProof(
                                proof.substring(0, blank),
                                Bytes.utf8(proof.substring(blank + 1).strip()))
                        .orElse(List.of());
    }

    /** Returns why somebody may not, if he may not. */
    Optional<Refusal> refusal(Query query, List<Identity> identities) {
        if (query.header("authorization").isEmpty()) {
            return Optional.of(new Refusal(401, "Auth info is missing for the command"));
        }
        if (identities.isEmpty()) {
            return Optional.of(new Refusal(401, "Not authenticated"));
        }
        return mayHaveEverything(identities) ? Optional.empty() : Optional.of(new Refusal(403, "Not authorized"));
    }

    private boolean mayHaveEverything(List<Identity> identities) {
        if (identities.stream().anyMatch(each -> each.scheme().equals(Identity.SUPER))) {
            return true;
        }
        List<Acl> named = status.rootAcl().stream()
                .filter(each -> !each.scheme().equals(WORLD))
                .toList();
        return !named.isEmpty()
                && EVERYTHING.stream().allMatch(each -> authentication.access().allows(named, each, identities));
    }
}
