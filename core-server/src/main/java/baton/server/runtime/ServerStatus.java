package baton.server.runtime;

import baton.server.config.ServerSettings;
import baton.server.request.ClientConnection;
import baton.server.request.ServerState;
import baton.server.transport.ClientPort;
import baton.server.watch.WatchTable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a running server tells about itself. Looking is cheap and can be done from any thread. */
public final class ServerStatus {
    private final ServerSettings settings;
    private final ServerState state;
    private final WatchTable<ClientConnection> watches;
    private final Clock clock;
    private final long startedAtNanos;

    // Written once, when the server has begun to serve.
    private volatile @Nullable Serving serving;

    private record Serving(List<ClientLoop> loops, ClientPort port) {
        private Serving {
            loops = List.copyOf(loops);
        }
    }

    /**
     * The numbers of one moment.
     *
     * @param received requests, pings among them
     * @param sent answers and watch events
     * @param outstanding requests not answered yet
     * @param latencyMaxMillis since the server was started; so is the average
     * @param nodes znodes, the root among them
     * @param contentBytes bytes in all paths and data
     */
    public record Numbers(
            long received,
            long sent,
            long outstanding,
            double latencyAverageMillis,
            long latencyMaxMillis,
            int connections,
            long lastZxid,
            int nodes,
            int ephemerals,
            int watches,
            int sessions,
            long contentBytes,
            long uptimeMillis) {}

    /** Begins to count the time; what is served is told later. */
    public ServerStatus(ServerSettings settings, ServerState state, WatchTable<ClientConnection> watches, Clock clock) {
        this.settings = settings;
        this.state = state;
        this.watches = watches;
        this.clock = clock;
        this.startedAtNanos = clock.nanos();
    }

    void serving(List<ClientLoop> loops, ClientPort port) {
        serving = new Serving(loops, port);
    }

    public ServerSettings settings() {
        return settings;
    }

    /** Returns the client port, 0 while there is none. */
    public int port() {
        Serving now = serving;
        return now == null ? 0 : now.port.address().getPort();
    }

    /** Counts everything. */
    public Numbers numbers() {
        long received = 0;
        long sent = 0;
        long outstanding = 0;
        long answered = 0;
        long latencyNanos = 0;
        long latencyMaxNanos = 0;
        Serving now = serving;
        for (ClientLoop each : now == null ? List.<ClientLoop>of() : now.loops) {
            LoopCounters counters = each.counters();
            received += counters.received();
            sent += counters.sent();
            outstanding += counters.outstanding();
            answered += counters.answered();
            latencyNanos += counters.latencyNanos();
            latencyMaxNanos = Math.max(latencyMaxNanos, counters.latencyMaxNanos());
        }
        double averageMillis = answered == 0 ? 0 : latencyNanos / 1e6 / answered;
        long maxMillis = TimeUnit.NANOSECONDS.toMillis(latencyMaxNanos);
        int connections = now == null ? 0 : now.port.connections();
        long totalReceived = received;
        long totalSent = sent;
        long totalOutstanding = outstanding;
        return state.tree()
                .gate()
                .readAlone(() -> new Numbers(
                        totalReceived,
                        totalSent,
                        totalOutstanding,
                        averageMillis,
                        maxMillis,
                        connections,
                        state.tree().position().zxid(),
                        state.tree().nodeCount(),
                        state.tree().ephemeralCount(),
                        watches.count(),
                        state.sessions().size(),
                        state.tree().sizeBytes(),
                        TimeUnit.NANOSECONDS.toMillis(clock.nanos() - startedAtNanos)));
    }
}
