package baton.server.auth;

import baton.protocol.Bytes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One way to say who a client is. */
public interface AuthScheme {
    /** The name in access control lists and in requests to authenticate. */
    String name();

    /** Returns the identities the proof brings, perhaps none; empty if it is not acceptable. */
    Optional<List<Identity>> authenticate(@Nullable Bytes proof);

    /** Says whether a list may contain the id. */
    boolean accepts(String id);

    /** Says whether a client with the first id is meant by the second, which stands in a list. */
    boolean matches(String clientId, String listedId);

    /** Says whether its identities are put into a list where that says {@code auth}. */
    boolean provesIdentity();

    /** Returns the part of the id that may be shown as the name of the user. */
    String userOf(String id);

    /** Returns the id as it is shown to somebody who may not administer the node. */
    default String masked(String id) {
        return id;
    }
}
