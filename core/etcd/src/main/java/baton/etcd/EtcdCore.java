package baton.etcd;

import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.Encryption;
import baton.core.Login;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.etcd.state.Keys;
import baton.etcd.state.LeaseId;
import baton.etcd.state.ServerVersion;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.StatusResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A core over etcd v3, from version 3.4 on.
 *
 * <p>What it cannot hide of such a store: there are no directories, so a create needs no parent, {@code ensureDir} does
 * nothing, a node can be deleted while there are others below it, and there are no containers; a node that is replaced
 * keeps its create revision; times to live are whole seconds, and at least what the servers grant. Operations of one
 * thread take effect in the order of issue if they concern the same path or one inside the other, else in any order.
 *
 * <p>One connection, to one member at a time, serves all sessions of a core. Safe for use by many threads.
 */
public final class EtcdCore implements CoordinationCore {
    private static final Logger log = LoggerFactory.getLogger(EtcdCore.class);

    /** Not made of addresses: members of one fleet may reach the same store by different ones. */
    private static final String SCOPE_DEFAULT = "etcd";

    /** What etcd takes unless told otherwise, in bytes and in operations. */
    private static final int REQUEST_BYTES_DEFAULT = 1536 << 10;

    private static final int TXN_OPS_DEFAULT = 128;

    /** Leaves room in a request for keys, leases and comparisons. */
    private static final int REQUEST_OVERHEAD_BYTES = 8192;

    /** A listing comes in pages; the bound is for who has to hold it. */
    private static final int LISTING_MAX = 1_000_000;

    private final EtcdAddress address;
    private final Keys keys;
    private final CoreInfo info;
    private final CoreThreads threads;
    private final Link link;
    private volatile boolean closed;
    /** Writer: the loop. */
    private volatile Set<Capability> capabilities;

    // Confined to the loop.
    private final Set<Opening> openings = new LinkedHashSet<>();
    private final Set<EtcdSession> sessions = new LinkedHashSet<>();
    private final Map<LeaseId, Long> toRevoke = new LinkedHashMap<>();
    private boolean warnedOfVersion;

    private EtcdCore(Builder builder) {
        address = builder.address;
        keys = Keys.in(address.namespace());
        Set<String> servers =
                address.members().stream().map(EtcdAddress.Member::toString).collect(Collectors.toSet());
        // One comparison and one read of the else branch are for the fence.
        CoreInfo.Limits limits = new CoreInfo.Limits(
                builder.txnOpsMax - 1, builder.requestBytesMax - REQUEST_OVERHEAD_BYTES, LISTING_MAX);
        info = new CoreInfo(EtcdAddress.SCHEME, servers, builder.scopeId, limits);
        capabilities = Collections.unmodifiableSet(EnumSet.of(
                Capability.TTL_NODES,
                Capability.RECURSIVE_SUBSCRIPTION,
                Capability.EVENT_REVISION,
                Capability.EVENT_DATA,
                Capability.OWN_EPHEMERALS));
        threads = new CoreThreads();
        try {
            MemberChannels channels = new MemberChannels(threads, builder.tls);
            link = new Link(address, channels, builder.login, threads, new LinkListener());
        } catch (IllegalArgumentException unusable) {
            threads.close();
            throw unusable;
        }
    }

    /**
     * Makes a core over a cluster, {@code etcd://host[:port][,host[:port]...][/namespace]}.
     *
     * @throws IllegalArgumentException saying what is wrong with the address
     */
    public static EtcdCore connect(String address) {
        return builder(address).build();
    }

    /** As {@link #connect}, with settings. */
    public static Builder builder(String address) {
        return new Builder(EtcdAddress.parse(address));
    }

    @Override
    public CoreInfo info() {
        return info;
    }

    /** Whether deadlines are confirmed by the leader shows with the first connection; the rest is known from the start. */
    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
        Opening opening = new Opening(this, threads, link, options, observer);
        boolean later = !closed
                && threads.execute(() -> {
                    if (closed) {
                        opening.fail(isClosed());
                        return;
                    }
                    openings.add(opening);
                    if (link.isUp()) {
                        opening.begin();
                    } else {
                        link.want();
                    }
                });
        return later ? opening.future() : CompletableFuture.failedFuture(isClosed());
    }

    private static CoordinationException isClosed() {
        return new CoordinationException(CoreError.CLOSED, null, "the core is closed");
    }

    @Override
    public void close() {
        closed = true;
        threads.execute(() -> {
            List.copyOf(openings).forEach(opening -> opening.fail(isClosed()));
            List.copyOf(sessions).forEach(EtcdSession::abandon);
            link.close();
        });
        threads.close();
    }

    // ---- for sessions, on the loop

    Keys keys() {
        return keys;
    }

    void opened(Opening opening, EtcdSession session) {
        openings.remove(opening);
        sessions.add(session);
    }

    void gaveUp(Opening opening) {
        openings.remove(opening);
    }

    void forget(EtcdSession session) {
        sessions.remove(session);
    }

    /** Ends a lease that may or may not be there and that nobody waits for; tries for a minute. */
    void revoke(LeaseId lease) {
        revoke(lease, Duration.ofMinutes(1));
    }

    /** As {@link #revoke(LeaseId)}, for so long. */
    void revoke(LeaseId lease, Duration patience) {
        toRevoke.put(lease, System.nanoTime() + patience.toNanos());
        if (link.isUp()) {
            revokeNow(lease);
        } else {
            link.want();
        }
    }

    private void revokeNow(LeaseId lease) {
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(lease.value()).build();
        link.call(LeaseGrpc.getLeaseRevokeMethod(), request, reply -> {
            if (reply.isOk() || Refusals.isLeaseGone(reply.status())) {
                toRevoke.remove(lease);
            }
        });
    }

    private void forgetOldLeases() {
        long now = System.nanoTime();
        toRevoke.values().removeIf(until -> now - until >= 0);
    }

    static LeaseGrantRequest grant(LeaseId lease, Duration timeToLive) {
        long seconds = timeToLive.plusSeconds(1).minusNanos(1).toSeconds();
        return LeaseGrantRequest.newBuilder()
                .setID(lease.value())
                .setTTL(seconds)
                .build();
    }

    static long randomBits() {
        UUID random = UUID.randomUUID();
        // Each half of a random UUID has a few fixed bits, at different places.
        return random.getMostSignificantBits() ^ Long.rotateLeft(random.getLeastSignificantBits(), 32);
    }

    /** What becomes of the link. */
    private final class LinkListener implements Link.Listener {
        @Override
        public void up(StatusResponse member) {
            look(member.getVersion());
            forgetOldLeases();
            List.copyOf(toRevoke.keySet()).forEach(EtcdCore.this::revokeNow);
            List.copyOf(openings).forEach(Opening::begin);
            List.copyOf(sessions).forEach(EtcdSession::linked);
        }

        @Override
        public void down() {
            List.copyOf(openings).forEach(Opening::unlinked);
            List.copyOf(sessions).forEach(EtcdSession::unlinked);
        }

        @Override
        public void refused(CoordinationException why) {
            List.copyOf(openings).forEach(opening -> opening.fail(why));
        }

        @Override
        public boolean isWanted() {
            forgetOldLeases();
            return !(openings.isEmpty() && sessions.isEmpty() && toRevoke.isEmpty());
        }

        private void look(String text) {
            Optional<ServerVersion> version = ServerVersion.parse(text);
            if (version.map(ServerVersion::hasSoundLeases).orElse(false)) {
                Set<Capability> more = EnumSet.copyOf(capabilities);
                more.add(Capability.LEASE_CONFIRMED);
                capabilities = Collections.unmodifiableSet(more);
            } else if (!warnedOfVersion) {
                warnedOfVersion = true;
                log.warn(
                        "etcd version={} has known defects in its leases: two may hold a lock for moments if its leader"
                                + " is cut off; sound are 3.4.38, 3.5.23, 3.6.5 and later",
                        text);
            }
        }
    }

    @Override
    public String toString() {
        return "EtcdCore[" + address + "]";
    }

    /** Settings of a core. Not thread-safe. */
    public static final class Builder {
        private final EtcdAddress address;
        private Optional<Login> login = Optional.empty();
        private Optional<Encryption> tls = Optional.empty();
        private String scopeId = SCOPE_DEFAULT;
        private int requestBytesMax = REQUEST_BYTES_DEFAULT;
        private int txnOpsMax = TXN_OPS_DEFAULT;

        private Builder(EtcdAddress address) {
            this.address = address;
        }

        /** Who this client is. Its role needs to read and write everything below the namespace. */
        public Builder login(Login login) {
            this.login = Optional.of(login);
            return this;
        }

        /** Encrypts connections. */
        public Builder tls(Encryption tls) {
            this.tls = Optional.of(tls);
            return this;
        }

        /**
         * Names the store for fencing tokens; must change when an older state of the store was restored. Default {@value
         * #SCOPE_DEFAULT}.
         */
        public Builder scopeId(String scopeId) {
            this.scopeId = scopeId;
            return this;
        }

        /** The largest request the servers take: their {@code --max-request-bytes}, at least 16 KiB. */
        public Builder requestBytesMax(int bytes) {
            if (bytes < 2 * REQUEST_OVERHEAD_BYTES) {
                throw new IllegalArgumentException(
                        "requestBytesMax=" + bytes + ": must be at least " + 2 * REQUEST_OVERHEAD_BYTES);
            }
            this.requestBytesMax = bytes;
            return this;
        }

        /** How many operations a transaction may have at the servers: their {@code --max-txn-ops}, at least 8. */
        public Builder txnOpsMax(int operations) {
            if (operations < 8) {
                throw new IllegalArgumentException("txnOpsMax=" + operations + ": must be at least 8");
            }
            this.txnOpsMax = operations;
            return this;
        }

        /**
         * Makes the core. Connects to nothing before the first session is opened.
         *
         * @throws IllegalArgumentException if files for TLS cannot be used
         */
        public EtcdCore build() {
            return new EtcdCore(this);
        }
    }
}
