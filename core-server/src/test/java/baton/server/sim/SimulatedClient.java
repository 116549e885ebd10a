package baton.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.ConnectResponse;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.server.sim.SimulatedConnection.Received;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client that believes nothing: it compares each thing it receives with what it was promised. */
final class SimulatedClient {
    /** Where the client stands. */
    enum State {
        AWAY,
        CONNECTING,
        HERE
    }

    private final SimulatedServer server;
    private final Map<Integer, Request> unanswered = new LinkedHashMap<>();
    private final Map<String, Long> watchedData = new HashMap<>();
    private @Nullable SimulatedConnection connection;
    private @Nullable ConnectResponse session;
    private long seenZxid;
    private long acknowledgedZxid;
    private int looked;

    SimulatedClient(SimulatedServer server) {
        this.server = server;
    }

    /** The zxid of the last write that was answered, and so must never be lost. */
    long acknowledgedZxid() {
        return acknowledgedZxid;
    }

    State state() {
        if (connection == null || !connection.isOpen()) {
            return State.AWAY;
        }
        return connection.isWelcome() ? State.HERE : State.CONNECTING;
    }

    void connect(int timeoutMillis, boolean afresh) {
        lostConnection();
        connection = session == null || afresh
                ? server.connect(timeoutMillis)
                : server.takeUp(session.sessionId(), session.password(), seenZxid);
    }

    void send(Request request) {
        SimulatedConnection open = Objects.requireNonNull(connection);
        // The answer to a read can be there before this returns.
        int xid = open.send(request);
        unanswered.put(xid, request);
    }

    /** Proves to be one user more. */
    void prove(String userAndPassword) {
        Objects.requireNonNull(connection).as(userAndPassword);
    }

    void cut() {
        Objects.requireNonNull(connection).cut();
    }

    void lostConnection() {
        if (connection != null) {
            check();
        }
        connection = null;
        looked = 0;
        unanswered.clear();
        watchedData.clear();
    }

    /** Looks at everything received since the last time. */
    void check() {
        if (connection == null) {
            return;
        }
        ConnectResponse welcome = connection.welcome();
        if (welcome != null) {
            session = welcome.isRefused() ? null : welcome;
        }
        while (looked < connection.received().size()) {
            Received next = connection.received().get(looked++);
            if (next.event() != null) {
                told(next, next.event());
            } else {
                answered(next);
            }
        }
    }

    private void told(Received received, WatchEvent event) {
        assertThat(received.zxid())
                .describedAs("events come in order: %s", event)
                .isGreaterThanOrEqualTo(seenZxid);
        if (event.type() != EventType.NODE_CHILDREN_CHANGED) {
            watchedData.remove(event.path());
        }
    }

    private void answered(Received answer) {
        Map.Entry<Integer, Request> oldest = unanswered.entrySet().iterator().next();
        assertThat(answer.xid()).describedAs("answers come in order").isEqualTo(oldest.getKey());
        Request request = unanswered.remove(answer.xid());
        assertThat(answer.zxid()).describedAs("answer to %s", request).isGreaterThanOrEqualTo(seenZxid);
        seenZxid = answer.zxid();
        if (request.opCode().kind() == OpCode.Kind.WRITE) {
            acknowledgedZxid = answer.zxid();
        }
        if (request instanceof Request.GetData get) {
            read(get.path(), get.watch() && answer.error() == 0, answer);
        } else if (request instanceof Request.Exists exists) {
            read(exists.path(), exists.watch(), answer);
        }
    }

    /** While a watch on a path has not fired, nothing else may be read there than when it was set. */
    private void read(String path, boolean watch, Received answer) {
        boolean answered = answer.error() == 0 || answer.error() == ErrorCode.NO_NODE.code();
        if (!answered || Simulation.GUARDED.contains(path)) {
            return;
        }
        long mzxid = mzxid(answer.response());
        Long before = watchedData.get(path);
        if (before != null) {
            assertThat(mzxid).describedAs("read %s before its event came", path).isEqualTo(before);
        }
        if (watch) {
            watchedData.put(path, mzxid);
        }
    }

    private static long mzxid(@Nullable Response response) {
        if (response instanceof Response.Content content) {
            return content.stat().mzxid();
        }
        return response instanceof Response.StatOnly only ? only.stat().mzxid() : 0;
    }
}
