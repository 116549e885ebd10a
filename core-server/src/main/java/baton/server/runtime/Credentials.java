package baton.server.runtime;

import baton.protocol.Bytes;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who a proof belongs to, remembered for those who come back: every connection proves itself anew, and hashing is dear.
 *
 * <p>Bounded in number and time, so passwords do not linger. Thread-safe.
 */
final class Credentials {
    private static final int REMEMBERED_MAX = 1024;
    private static final int PROOF_BYTES_MAX = 1024;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

    private record Proof(String scheme, Bytes bytes) {}

    private final AccessControl access;
    private final Cache<Proof, Optional<List<Identity>>> remembered = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterAccess(REMEMBERED_FOR)
            .build();

    @Inject
    Credentials(AccessControl access) {
        this.access = access;
    }

    /** Returns the identities the proof brings, perhaps none; empty if the client must be turned away. */
    Optional<List<Identity>> identities(@Nullable String scheme, @Nullable Bytes proof) {
        if (scheme == null) {
            return Optional.empty();
        }
        if (proof == null || proof.size() > PROOF_BYTES_MAX) {
            return access.authenticate(scheme, proof);
        }
        return remembered.get(new Proof(scheme, proof), key -> access.authenticate(key.scheme(), key.bytes()));
    }
}
