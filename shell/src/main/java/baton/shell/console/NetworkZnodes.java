package baton.shell.console;

import baton.client.TlsOptions;
import baton.client.ZnodeClient;
import baton.client.ZnodeCore;
import baton.client.ZnodeException;
import baton.client.ZnodeListener;
import baton.client.session.SessionEnd;
import baton.core.Phase;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.KeeperState;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.protocol.tls.TlsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A session with a server over the network.
 *
 * <p>If the connection breaks, a command waits for it to come back. What was certainly not done is asked for again; of a
 * change whose answer was lost a {@link Settlement} finds out what became of it.
 */
final class NetworkZnodes implements Znodes {
    /** How long a connection that was there may take to come back. */
    private static final Duration RECONNECT_PATIENCE = Duration.ofSeconds(30);

    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration GREETING_PATIENCE = Duration.ofSeconds(1);
    /** Who waits longer wants to know for what. */
    private static final Duration SILENT_PATIENCE = Duration.ofSeconds(1);

    /** Nobody waits longer for a completion. */
    private static final Duration GLIMPSE_PATIENCE = Duration.ofMillis(200);

    private final Target target;
    private final ShellEvents events;
    private final Presence presence;
    private final ZnodeClient client;

    private NetworkZnodes(Target target, ShellEvents events, Presence presence, ZnodeClient client) {
        this.target = target;
        this.events = events;
        this.presence = presence;
        this.client = client;
    }

    /** @throws WrongUsageException if the servers are not written as they should be, or the keys cannot be read */
    static Znodes open(Target target, ShellEvents events) {
        try {
            Presence presence = new Presence(events);
            ZnodeClient.Builder client = ZnodeClient.builder(target.servers())
                    .timeout(target.sessionTimeout())
                    .listener(presence);
            target.packets().forEach(each -> client.auth(each.scheme(), proof(each)));
            target.login().ifPresent(login -> client.sasl(login.user(), login.password()));
            TlsOptions tls = target.tls();
            if (tls != null) {
                client.tls(tls);
            }
            if (target.readOnlyWillDo()) {
                client.readOnlyWillDo();
            }
            return new NetworkZnodes(target, events, presence, client.open());
        } catch (IllegalArgumentException | TlsException malformed) {
            throw new WrongUsageException(String.valueOf(malformed.getMessage()));
        }
    }

    private static Bytes proof(Request.Auth identity) {
        Bytes proof = identity.proof();
        return proof == null ? Bytes.EMPTY : proof;
    }

    @Override
    public Response ask(Scope scope, String path, Request request) throws InterruptedException {
        awaitConnection();
        while (true) {
            long zxidBefore = lastZxidSeen(request);
            try {
                return answer(submit(scope, request), ANSWER_PATIENCE);
            } catch (ZnodeException failed) {
                if (failed.kind() == ZnodeException.Kind.IN_DOUBT) {
                    Optional<Response> answer = settled(scope, path, request, zxidBefore, failed.code());
                    if (answer.isPresent()) {
                        return answer.get();
                    }
                } else if (failed.kind() != ZnodeException.Kind.NOT_SENT) {
                    throw refused(request, failed, path);
                } else {
                    awaitReconnection(new RefusedException(failed.code(), path));
                }
            } catch (TimeoutException silence) {
                throw request.opCode().isWrite()
                        ? RefusedException.inDoubt(ErrorCode.OPERATION_TIMEOUT, path)
                        : new RefusedException(ErrorCode.OPERATION_TIMEOUT, path);
            }
        }
    }

    private ShellException refused(Request request, ZnodeException failed, String path) {
        if (request instanceof Request.Auth && failed.code() == ErrorCode.AUTH_FAILED) {
            return RefusedException.unknownIdentity(target.servers(), path);
        }
        return failed.kind() == ZnodeException.Kind.TOO_LARGE
                ? new CommandRefusedException(
                        "TooLarge",
                        path,
                        path + ": too large: a request holds at most " + ZnodeClient.REQUEST_BYTES_DEFAULT
                                + " bytes, an answer " + ZnodeClient.REPLY_BYTES_DEFAULT)
                : new RefusedException(failed.code(), path);
    }

    private CompletionStage<Response> submit(Scope scope, Request request) {
        return scope == Scope.SERVER ? client.submitAtRoot(request) : client.submit(request);
    }

    /** What the server had applied before a change was sent; a session that knows nothing yet looks first. */
    private long lastZxidSeen(Request request) throws InterruptedException {
        if (request.opCode().isWrite() && client.lastZxidSeen() == 0) {
            glimpse(new Request.Exists("/", false));
        }
        return client.lastZxidSeen();
    }

    /** Returns the answer if the change was made; empty if it was not, and never will be. */
    private Optional<Response> settled(Scope scope, String path, Request request, long zxidBefore, ErrorCode code)
            throws InterruptedException {
        RefusedException inDoubt = RefusedException.inDoubt(code, path);
        events.noted("the connection broke before the answer: looking what became of it");
        Settlement.Verdict verdict;
        do {
            awaitReconnection(inDoubt);
            verdict = look(scope, path, request, zxidBefore);
        } while (verdict == null);
        switch (verdict.fate()) {
            case APPLIED -> events.noted("it was applied");
            case NOT_APPLIED -> events.noted("it was not applied: asking again");
            case UNKNOWN -> throw inDoubt;
        }
        return Optional.ofNullable(verdict.answer());
    }

    /** Returns null if the connection broke once more. */
    private Settlement.@Nullable Verdict look(Scope scope, String path, Request request, long zxidBefore)
            throws InterruptedException {
        try {
            // What this session sent over the old connection is refused from here on; what was applied is visible.
            answer(submit(scope, new Request.Sync("/")), ANSWER_PATIENCE);
            long session = client.session().map(known -> known.sessionId()).orElse(0L);
            return new Settlement(asked -> answered(scope, path, asked), zxidBefore, session).of(request);
        } catch (ZnodeException failed) {
            if (failed.kind() == ZnodeException.Kind.NOT_SENT) {
                return null;
            }
            return Settlement.Verdict.UNKNOWN;
        } catch (TimeoutException silence) {
            return Settlement.Verdict.UNKNOWN;
        }
    }

    private Response answered(Scope scope, String path, Request request) throws InterruptedException {
        try {
            return answer(submit(scope, request), ANSWER_PATIENCE);
        } catch (TimeoutException silence) {
            throw RefusedException.inDoubt(ErrorCode.OPERATION_TIMEOUT, path);
        }
    }

    @Override
    public Optional<Response> glimpse(Request request) throws InterruptedException {
        try {
            return client.phase() == Phase.LIVE
                    ? Optional.of(answer(client.submit(request), GLIMPSE_PATIENCE))
                    : Optional.empty();
        } catch (ZnodeException | TimeoutException unknown) {
            return Optional.empty();
        }
    }

    @Override
    public void awaitBriefly() throws InterruptedException {
        presence.await(() -> client.phase() == Phase.LIVE, GREETING_PATIENCE);
    }

    private void awaitConnection() throws InterruptedException {
        try {
            awaitAttached();
        } catch (TimeoutException nobodyThere) {
            throw new NotConnectedException("cannot connect to " + target.servers() + " within "
                    + target.patience().toSeconds() + " s: is a server running there? 'bin/baton server' starts one");
        } catch (ZnodeException ended) {
            throw ended.code() == ErrorCode.AUTH_FAILED
                    ? RefusedException.unknownUser(target.servers())
                    : new NotConnectedException(target.servers() + ": " + ended.getMessage());
        }
    }

    private void awaitAttached() throws InterruptedException, TimeoutException {
        Duration silent = target.patience().compareTo(SILENT_PATIENCE) < 0 ? target.patience() : SILENT_PATIENCE;
        try {
            answer(client.attached(), silent);
        } catch (TimeoutException notYet) {
            Duration rest = target.patience().minus(silent);
            if (rest.isZero()) {
                throw notYet;
            }
            events.noted("not connected to " + target.servers() + " yet: waiting up to "
                    + target.patience().toSeconds() + " s");
            answer(client.attached(), rest);
        }
    }

    private void awaitReconnection(ShellException otherwise) throws InterruptedException {
        if (client.phase() == Phase.LIVE) {
            return;
        }
        events.noted("connection lost, waiting for it to come back");
        if (!presence.await(() -> client.phase() == Phase.LIVE, RECONNECT_PATIENCE)) {
            throw otherwise;
        }
    }

    private static <T> T answer(CompletionStage<T> stage, Duration patience)
            throws InterruptedException, TimeoutException {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ZnodeException known) {
                throw known;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    @Override
    public String chroot() {
        return client.chroot();
    }

    @Override
    public Store openStore(Target as) throws InterruptedException {
        awaitConnection();
        if (presence.isReadOnly()) {
            throw new NotConnectedException(as.servers() + ": the server that is there has no quorum. With -r its nodes"
                    + " can be read (ls, get, ...), but nothing is told of recipes or followed");
        }
        ZnodeCore.Builder core = ZnodeCore.builder(as.servers());
        as.packets().forEach(each -> core.auth(each.scheme(), proof(each).toArray()));
        as.login().ifPresent(login -> core.sasl(login.user(), login.password()));
        TlsOptions tls = as.tls();
        try {
            if (tls != null) {
                core.tls(tls);
            }
            return new Store(core.build(), as);
        } catch (TlsException unreadable) {
            throw new WrongUsageException(String.valueOf(unreadable.getMessage()));
        }
    }

    @Override
    public Optional<String> session() {
        return client.session().map(known -> Result.hex(known.sessionId()));
    }

    @Override
    public boolean hasExpired() {
        return presence.hasExpired();
    }

    @Override
    public String state() {
        if (client.phase() != Phase.LIVE) {
            return presence.isTurnedAway() ? "AUTH_FAILED" : "CONNECTING";
        }
        return presence.isReadOnly() ? "CONNECTEDREADONLY" : "CONNECTED";
    }

    @Override
    public void close() {
        client.close();
    }

    /** Tells the shell what the session tells its listener, and whoever waits that there is news. */
    private static final class Presence implements ZnodeListener {
        private final ShellEvents events;
        private @Nullable SessionEnd end; // Guarded by this.
        private boolean readOnly; // Guarded by this.

        Presence(ShellEvents events) {
            this.events = events;
        }

        /** Returns whether it is live in time. */
        synchronized boolean await(BooleanSupplier live, Duration patience) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            while (!live.getAsBoolean() && end == null) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return end == null;
        }

        synchronized boolean hasExpired() {
            return end == SessionEnd.EXPIRED || end == SessionEnd.GIVEN_UP;
        }

        /** Says whether the session ended because the server refused an identity. */
        synchronized boolean isTurnedAway() {
            return end == SessionEnd.NOT_AUTHENTICATED;
        }

        synchronized boolean isReadOnly() {
            return readOnly;
        }

        private synchronized void tellWaiting(@Nullable SessionEnd how) {
            end = how;
            notifyAll();
        }

        @Override
        public void attached(boolean first, Duration timeout) {
            synchronized (this) {
                readOnly = false;
            }
            tellWaiting(null);
            events.connectionChanged(KeeperState.SYNC_CONNECTED);
        }

        @Override
        public void attachedReadOnly(Duration timeout) {
            synchronized (this) {
                readOnly = true;
            }
            tellWaiting(null);
            events.connectionChanged(KeeperState.CONNECTED_READ_ONLY);
        }

        @Override
        public void detached(String why) {
            events.connectionChanged(KeeperState.DISCONNECTED);
        }

        @Override
        public void ended(SessionEnd how) {
            tellWaiting(how);
            events.connectionChanged(
                    switch (how) {
                        case ENDED_BY_OWNER, ABANDONED -> KeeperState.CLOSED;
                        case NOT_AUTHENTICATED -> KeeperState.AUTH_FAILED;
                        case EXPIRED, GIVEN_UP -> KeeperState.EXPIRED;
                    });
        }

        @Override
        public void event(WatchEvent event, long zxid) {
            events.nodeChanged(event.type(), event.path(), zxid);
        }
    }
}
