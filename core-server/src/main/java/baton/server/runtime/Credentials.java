package baton.server.runtime;

import baton.protocol.Bytes;
import baton.server.auth.Authentication;
import baton.server.auth.DigestMd5Login;
import baton.server.auth.Identity;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Authentication} with a memory and with chance.
 *
 * <p>Who a proof belongs to is remembered for those who come back: every connection proves itself anew, and hashing is
 * dear. Bounded in number and time, so passwords do not linger. Thread-safe.
 */
final class Credentials {
    private static final int REMEMBERED_MAX = 1024;
    private static final int PROOF_BYTES_MAX = 1024;
    private static final int NONCE_BYTES = 30;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

    private record Proof(String scheme, Bytes bytes) {}

    /** What nobody needs until a client proves something. To make it takes a tenth of the time in which a server starts. */
    private static final class Memory {
        private final FailedLogins failedLogins = new FailedLogins();
        private final Random random;
        private final Cache<Proof, Optional<List<Identity>>> proofs = Caffeine.newBuilder()
                .maximumSize(REMEMBERED_MAX)
                .expireAfterAccess(REMEMBERED_FOR)
                .build();

        Memory(Random random) {
            this.random = random;
        }
    }

    private final Authentication authentication;
    private final Supplier<? extends Random> chance;

    // Guarded by this.
    private @Nullable Memory memory;

    @Inject
    Credentials(Authentication authentication) {
        this(authentication, SecureRandom::new);
    }

    /** @param chance what nobody can foresee, nor what has been drawn from it before; asked for once at most */
    Credentials(Authentication authentication, Supplier<? extends Random> chance) {
        this.authentication = authentication;
        this.chance = chance;
    }

    /** Returns everything about identities that needs neither. */
    Authentication authentication() {
        return authentication;
    }

    /** Returns the identities the proof brings, perhaps none; empty if the client must be turned away. */
    Optional<List<Identity>> identities(@Nullable String scheme, @Nullable Bytes proof) {
        if (scheme == null) {
            return Optional.empty();
        }
        if (proof == null || proof.size() > PROOF_BYTES_MAX) {
            return authentication.ofProof(scheme, proof);
        }
        return memory().proofs.get(new Proof(scheme, proof), key -> authentication.ofProof(key.scheme(), key.bytes()));
    }

    /** Counts a login that failed, and returns for how many milliseconds its answer is to wait. */
    int countFailedLogin(InetAddress from) {
        return memory().failedLogins.countMillis(from);
    }

    /** Begins a login. */
    DigestMd5Login login() {
        byte[] nonce = new byte[NONCE_BYTES];
        memory().random.nextBytes(nonce);
        return authentication.login(Base64.getEncoder().encodeToString(nonce));
    }

    private synchronized Memory memory() {
        Memory present = memory;
        if (present == null) {
            present = new Memory(chance.get());
            memory = present;
        }
        return present;
    }
}
