package baton.shell.console;

import baton.client.ZnodeClient;
import baton.client.ZnodeException;
import baton.client.ZnodeListener;
import baton.client.session.SessionEnd;
import baton.core.Phase;
import baton.protocol.ErrorCode;
import baton.protocol.KeeperState;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A session with a server over the network. */
final class NetworkZnodes implements Znodes {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);

    private final String servers;
    private final ZnodeClient client;

    private NetworkZnodes(String servers, ZnodeClient client) {
        this.servers = servers;
        this.client = client;
    }

    /** @throws WrongUsageException if the servers are not written as they should be */
    static Znodes open(String servers, ShellEvents events) {
        try {
            ZnodeClient client = ZnodeClient.builder(servers)
                    .timeout(SESSION_TIMEOUT)
                    .listener(new Forwarding(events))
                    .open();
            return new NetworkZnodes(servers, client);
        } catch (IllegalArgumentException malformed) {
            throw new WrongUsageException(String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public Response ask(String path, Request request) throws InterruptedException {
        awaitConnection();
        try {
            return answer(client.submit(request), ANSWER_PATIENCE);
        } catch (ZnodeException failed) {
            throw new RefusedException(failed.code(), path);
        } catch (TimeoutException silence) {
            throw new RefusedException(ErrorCode.OPERATION_TIMEOUT, path);
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
            events.connectionChanged(end == SessionEnd.ENDED_BY_OWNER ? KeeperState.CLOSED : KeeperState.EXPIRED);
        }

        @Override
        public void event(WatchEvent event, long zxid) {
            events.nodeChanged(event.type(), event.path(), zxid);
        }
    }
}
