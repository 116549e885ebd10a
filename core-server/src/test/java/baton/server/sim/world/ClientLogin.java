package baton.server.sim.world;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Violation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a client logs in by name and password over one connection, and that a wrong password does not help: rule SEC-20. */
final class ClientLogin {
    private final Run run;

    /** How it is about to. */
    private Deed.@Nullable LogIn how;

    /** With what it has failed to, as soon as the server gets it. */
    private @Nullable Operation wrong;

    ClientLogin(Run run) {
        this.run = run;
    }

    /** Says whether the server listens no longer, since the password was wrong. */
    boolean isWrong() {
        return wrong != null;
    }

    boolean isUnderWay() {
        return how != null;
    }

    void begin(Deed.LogIn way) {
        how = way;
    }

    /**
     * Something was answered.
     *
     * @param isHeard whether the server listens
     * @param send sends the next that is to be said
     */
    void answered(Operation asked, String clientNonce, boolean isHeard, Function<Request, Operation> send) {
        if (asked == wrong) {
            if (asked.error() != ErrorCode.AUTH_FAILED.code()) {
                throw new Violation("SEC-20", "a wrong password was no obstacle: " + asked);
            }
            run.reach(Reached.LOGIN_REFUSED);
        } else if (asked.response() instanceof Response.SaslToken said) {
            goOn(asked, said.token(), clientNonce, isHeard, send);
        }
    }

    /** Answers the challenge; what the server says to that only shows that it knows the password too. */
    private void goOn(
            Operation asked, Bytes said, String clientNonce, boolean isHeard, Function<Request, Operation> send) {
        if (asked.request().equals(new Request.Sasl(Bytes.EMPTY))) {
            boolean isWrong = how.isWrong() && isHeard;
            String password = isWrong ? "not " + how.user() : how.user();
            Operation login = send.apply(new Request.Sasl(LoginProof.of(how.user(), password, clientNonce, said)));
            wrong = isWrong ? login : wrong;
        } else {
            run.reach(Reached.LOGGED_IN);
            how = null;
        }
    }
}
