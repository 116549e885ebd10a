package baton.shell.console;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A session with a server over the network. */
final class NetworkZnodes implements Znodes {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    /** Nobody waits longer for a completion. */
    private static final Duration GLIMPSE_PATIENCE = Duration.ofMillis(200);

    private final String servers;
    private final Duration sessionTimeout;
    private final ZnodeClient client;
    private final List<Request.Auth> identities = new ArrayList<>();

    private NetworkZnodes(String servers, Duration sessionTimeout, ZnodeClient client) {
        this.servers = servers;
        this.sessionTimeout = sessionTimeout;
        this.client = client;
    }

    /** @throws WrongUsageException if the servers are not written as they should be */
    static Znodes open(String servers, Duration sessionTimeout, ShellEvents events) {
        try {
            ZnodeClient client = ZnodeClient.builder(servers)
                    .timeout(sessionTimeout)
                    .listener(new Forwarding(events))
                    .open();
            return new NetworkZnodes(servers, sessionTimeout, client);
        } catch (IllegalArgumentException malformed) {
            throw new WrongUsageException(String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public Response ask(Scope scope, String path, Request request) throws InterruptedException {
        awaitConnection();
        try {
            CompletionStage<Response> answer =
                    scope == Scope.SERVER ? client.submitAtRoot(request) : client.submit(request);
            return answer(answer, ANSWER_PATIENCE);
        } catch (ZnodeException failed) {
            throw failed.kind() == ZnodeException.Kind.IN_DOUBT
                    ? RefusedException.inDoubt(failed.code(), path)
                    : new RefusedException(failed.code(), path);
        } catch (TimeoutException silence) {
            throw request.opCode().isWrite()
                    ? RefusedException.inDoubt(ErrorCode.OPERATION_TIMEOUT, path)
                    : new RefusedException(ErrorCode.OPERATION_TIMEOUT, path);
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

    private void awaitConnection() throws InterruptedException {
        try {
            answer(client.attached(), CONNECT_PATIENCE);
        } catch (TimeoutException nobodyThere) {
            throw new NotConnectedException("cannot connect to " + servers + " within " + CONNECT_PATIENCE.toSeconds()
                    + " s: is a server running there? 'bin/baton server' starts one");
        } catch (ZnodeException ended) {
            throw new NotConnectedException(servers + ": " + ended.getMessage());
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
    public Store openStore() throws InterruptedException {
        awaitConnection();
        ZnodeCore.Builder core = ZnodeCore.builder(servers);
        for (Request.Auth each : identities) {
            Bytes proof = each.proof();
            core.auth(each.scheme(), proof == null ? new byte[0] : proof.toArray());
        }
        return new Store(core.build(), servers, sessionTimeout);
    }

    @Override
    public void identified(String scheme, Bytes proof) {
        identities.add(new Request.Auth(0, scheme, proof));
    }

    @Override
    public String state() {
        return client.phase() == Phase.LIVE ? "CONNECTED" : "CONNECTING";
    }

    @Override
    public void close() {
        client.close();
    }

    /** Tells the shell what the session tells its listener. */
    private record Forwarding(ShellEvents events) implements ZnodeListener {
        @Override
        public void attached(boolean first, Duration timeout) {
            events.connectionChanged(KeeperState.SYNC_CONNECTED);
        }

        @Override
        public void detached(String why) {
            events.connectionChanged(KeeperState.DISCONNECTED);
        }

        @Override
        public void ended(SessionEnd end) {
            events.connectionChanged(
                    switch (end) {
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
