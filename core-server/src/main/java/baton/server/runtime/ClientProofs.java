package baton.server.runtime;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.server.auth.Authentication;
import baton.server.auth.DigestMd5Login;
import baton.server.auth.EnsembleCalls;
import baton.server.auth.Identity;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one client has proved to be, and who else it must be for the session that it has taken up.
 *
 * <p>Confined to the client's loop, except for {@link #identities}.
 */
final class ClientProofs {
    private static final int IDENTITIES_MAX = 100;

    private final ConnectionServices services;
    private final InetAddress address;

    // Written by the loop.
    private volatile List<Identity> identities;

    private List<Identity> counted = List.of();
    private List<Identity> owed = List.of();
    private @Nullable DigestMd5Login login;

    /** What a proof comes to. */
    sealed interface Verdict {}

    /** It proves something, or at least does no harm. */
    record Taken(@Nullable Response response) implements Verdict {}

    /**
     * Whoever showed it is told so and cut off.
     *
     * @param afterMillis for so long he waits for the answer
     */
    record Refused(ErrorCode error, @Nullable Response response, int afterMillis) implements Verdict {}

    /** It looked for another ensemble. Without a word: it tries another server then; an error would end its client for good. */
    record Strayed() implements Verdict {}

    /** @param ofAddress who the client is for where it comes from */
    ClientProofs(ConnectionServices services, InetAddress address, List<Identity> ofAddress) {
        this.services = services;
        this.address = address;
        this.identities = ofAddress;
    }

    /** Returns who the client is; another list whenever it has proved to be somebody else, too. Callable from any thread. */
    List<Identity> identities() {
        return identities;
    }

    /** Says who the client must be for its session. */
    void owe(List<Identity> owners) {
        owed = owners;
    }

    /** Says whether the session is somebody's who this client has not proved to be. */
    boolean areOwed() {
        if (!owed.isEmpty() && identities.containsAll(owed)) {
            owed = List.of();
        }
        return !owed.isEmpty();
    }

    /** The client is gone. */
    void leave() {
        services.identities().leave(counted);
        counted = List.of();
    }

    /**
     * Takes in what the client's certificate shows.
     *
     * @return whether the identities are the client's now, rather than too many or those of too many others already
     */
    boolean certified(String subject) {
        return add(authentication().ofCertificate(subject));
    }

    /** @param sessionId the client's, 0 for none */
    Verdict judge(OpCode operation, WireReader frame, long sessionId) {
        Request request;
        try {
            request = Request.read(operation, frame);
        } catch (WireFormatException e) {
            return failed(sessionId, null);
        }
        if (request instanceof Request.Sasl sasl) {
            return login(sasl.token() == null ? Bytes.EMPTY : sasl.token(), sessionId);
        }
        Request.Auth auth = (Request.Auth) request;
        EnsembleCalls calls = authentication().ensembleCalls(auth.scheme());
        if (calls != null) {
            return called(calls.judge(auth.proof()));
        }
        Optional<List<Identity>> proven = services.credentials().identities(auth.scheme(), auth.proof());
        return proven.isPresent() && add(proven.get()) ? new Taken(null) : failed(sessionId, null);
    }

    private Verdict called(EnsembleCalls.Outcome outcome) {
        Tally tally = switch (outcome) {
            case MEANT -> Tally.ENSEMBLE_AUTH_SUCCESS;
            case UNSAID -> Tally.ENSEMBLE_AUTH_SKIP;
            case STRAYED -> Tally.ENSEMBLE_AUTH_FAIL;
        };
        services.metrics().count(tally);
        return outcome == EnsembleCalls.Outcome.STRAYED ? new Strayed() : new Taken(null);
    }

    private Verdict login(Bytes token, long sessionId) {
        if (!authentication().offersLogin()) {
            // What a server without a SASL login says: go on, you are nobody.
            return new Taken(new Response.SaslToken(null));
        }
        if (login == null) {
            login = services.credentials().login();
        }
        DigestMd5Login.Step step = login.take(token);
        if (step.isFailed()) {
            tellOfFailure(sessionId);
            if (!authentication().forgivesFailedLogins()) {
                return refusedLogin();
            }
        }
        if (step.isFailed() || step.user() != null) {
            login = null;
        }
        if (step.user() != null && !add(authentication().ofLogin(step.user()))) {
            return failed(sessionId, new Response.SaslToken(null));
        }
        return new Taken(new Response.SaslToken(step.token()));
    }

    /** Lets whoever guesses wait for the answer, the longer the more often. */
    private Verdict refusedLogin() {
        ErrorCode error =
                authentication().requiresLogin() ? ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH : ErrorCode.AUTH_FAILED;
        return new Refused(
                error, new Response.SaslToken(null), services.credentials().countFailedLogin(address));
    }

    private Verdict failed(long sessionId, @Nullable Response response) {
        tellOfFailure(sessionId);
        return new Refused(ErrorCode.AUTH_FAILED, response, 0);
    }

    private void tellOfFailure(long sessionId) {
        AuditLog audit = services.audit();
        if (audit != null) {
            audit.notProven(sessionId, identities, address);
        }
    }

    private boolean add(List<Identity> more) {
        List<Identity> all = new ArrayList<>(identities);
        for (Identity each : more) {
            if (!all.contains(each)) {
                all.add(each);
            }
        }
        List<Identity> added = List.copyOf(all.subList(identities.size(), all.size()));
        if (added.isEmpty()) {
            return true;
        }
        boolean isSuper = added.stream().anyMatch(each -> each.scheme().equals(Identity.SUPER));
        if (isTooMany(all) || !isSuper && !services.identities().enter(added)) {
            services.metrics().countRefusal(Limit.IDENTITIES);
            return false;
        }
        if (!isSuper) {
            counted = Stream.concat(counted.stream(), added.stream()).toList();
        }
        identities = List.copyOf(all);
        return true;
    }

    private boolean isTooMany(List<Identity> all) {
        long bytes = 0;
        for (Identity each : all) {
            bytes += each.scheme().length() + each.id().length();
        }
        return all.size() > IDENTITIES_MAX || bytes > services.identityBytesMax();
    }

    private Authentication authentication() {
        return services.credentials().authentication();
    }
}
