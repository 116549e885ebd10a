package baton.client;

import baton.client.session.ConnectString;
import baton.client.session.Outcome;
import baton.client.session.SaslLogin;
import baton.client.session.ServerAddress;
import baton.client.session.SessionSettings;
import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.core.TlsContexts;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.tls.Secret;
import baton.protocol.tls.TlsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A core over znodes: any server or ensemble that speaks the ZooKeeper protocol, Baton's or Apache's from 3.6 on.
 *
 * <p>What it cannot hide of such a store: a directory listing must fit into one reply, and
 * {@link baton.core.Expect#unchanged} compares versions, which a deletion starts anew. With Apache's servers a follower
 * that is cut off from its leader answers pings for a while although the leader may expire the session; see
 * {@link SessionOptions.LeaseConfirmation#QUORUM}.
 *
 * <p>One event loop and one delivery thread serve all sessions of a core. Safe for use by many threads.
 */
public final class ZnodeCore implements CoordinationCore {
    /** Not made of addresses: members of one fleet may reach the same store by different ones. */
    private static final String SCOPE_DEFAULT = "znode";

    /** More would still fit into a frame if their data is small; the bound keeps transactions short for others. */
    private static final int TXN_OPS_MAX = 100;

    /** Leaves room in the frame, of the request and of the reply, for path, stat and access control list. */
    private static final int FRAME_OVERHEAD_BYTES = 4096;

    private static final int LISTED_NAME_BYTES = 68;

    private final ConnectString connect;
    private final List<Request.Auth> auth;
    private final int requestBytesMax;
    private final int replyBytesMax;
    private final @Nullable TlsClient tls;
    private final SaslLogin.@Nullable Factory logins;
    private final CoreInfo info;
    private final NodeRequests requests;
    private final ClientThreads threads;
    private final Set<Capability> declared;

    // All guarded by this.
    private final Set<ZnodeSession> sessions = new LinkedHashSet<>();
    private @Nullable Set<Capability> observed;
    private boolean closed;

    private ZnodeCore(Builder builder) {
        connect = builder.connect;
        auth = List.copyOf(builder.auth);
        requestBytesMax = builder.requestBytesMax;
        replyBytesMax = builder.replyBytesMax;
        tls = builder.tls;
        logins = builder.logins;
        int dataBytesMax = requestBytesMax - FRAME_OVERHEAD_BYTES;
        requests = new NodeRequests(builder.acl, dataBytesMax);
        Set<String> servers =
                connect.servers().stream().map(ServerAddress::toString).collect(Collectors.toSet());
        CoreInfo.Limits limits = new CoreInfo.Limits(TXN_OPS_MAX, dataBytesMax, requestBytesMax / LISTED_NAME_BYTES);
        info = new CoreInfo(builder.kind, servers, builder.scopeId, limits);
        declared = EnumSet.of(
                Capability.CONTAINER,
                Capability.RECURSIVE_SUBSCRIPTION,
                Capability.EVENT_REVISION,
                Capability.OWN_EPHEMERALS);
        declared.addAll(builder.capabilities);
        threads = ClientThreads.start("baton-core", 1);
    }

    /** Makes a core over the servers of a connect string, {@code host[:port][,host[:port]...][/chroot]}. */
    public static ZnodeCore connect(String connectString) {
        return builder(connectString).build();
    }

    /**
     * Prepares a core.
     *
     * @throws IllegalArgumentException saying what is wrong with the connect string
     */
    public static Builder builder(String connectString) {
        return new Builder(ConnectString.parse(connectString));
    }

    @Override
    public CoreInfo info() {
        return info;
    }

    /** Whether there are nodes with a time to live shows with the first session; the rest is known from the start. */
    @Override
    public synchronized Set<Capability> capabilities() {
        return Collections.unmodifiableSet(observed == null ? declared : observed);
    }

    @Override
    public CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
        ZnodeSession session;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new CoordinationException(CoreError.CLOSED, null, "the core is closed"));
            }
            session = new ZnodeSession(client(options), observer, info.limits(), requests);
            sessions.add(session);
            session.start();
        }
        session.client().finished().thenRun(() -> forget(session));
        CompletableFuture<CoreSession> opened = new CompletableFuture<>();
        session.opened().whenComplete((open, failure) -> {
            if (failure == null) {
                observe(session, () -> opened.complete(session));
            } else {
                opened.completeExceptionally(failure);
            }
        });
        return opened;
    }

    private ZnodeClient.Builder client(SessionOptions options) {
        ZnodeClient.Builder client = new ZnodeClient.Builder(connect)
                .threads(threads)
                .timeout(options.timeout())
                .leaseFactor(options.leaseFactor())
                .requestBytesMax(requestBytesMax)
                .replyBytesMax(replyBytesMax)
                .tls(tls)
                .sasl(logins)
                .confirmation(
                        switch (options.confirmation()) {
                            case PING -> SessionSettings.Confirmation.ANY_REPLY;
                            case QUORUM -> SessionSettings.Confirmation.QUORUM_WRITE;
                        });
        auth.forEach(each -> client.auth(each.scheme(), each.proof() == null ? Bytes.EMPTY : each.proof()));
        return client;
    }

    /**
     * Finds out, once, whether the server has nodes with a time to live: it says so before it looks at the path, and
     * this path is never valid.
     */
    private void observe(ZnodeSession session, Runnable then) {
        boolean known;
        synchronized (this) {
            known = observed != null;
        }
        if (known) {
            then.run();
            return;
        }
        Request probe =
                new Request.CreateTtl("no-path", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT_WITH_TTL.flags(), 1);
        session.client().sendAsIs(probe, outcome -> {
            synchronized (this) {
                if (observed == null && outcome instanceof Outcome.Refused refused) {
                    Set<Capability> found = EnumSet.copyOf(declared);
                    if (refused.code() != ErrorCode.UNIMPLEMENTED) {
                        found.add(Capability.TTL_NODES);
                    }
                    observed = found;
                }
            }
            then.run();
        });
    }

    private synchronized void forget(ZnodeSession session) {
        sessions.remove(session);
    }

    @Override
    public void close() {
        List<ZnodeSession> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(sessions);
        }
        open.forEach(session -> session.client().abandon());
        threads.close();
    }

    @Override
    public String toString() {
        return "ZnodeCore[" + connect + "]";
    }

    /** Settings of a core. Not thread-safe. */
    public static final class Builder {
        private final ConnectString connect;
        private final List<Request.Auth> auth = new ArrayList<>();
        private final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        private List<Acl> acl = Acl.OPEN;
        private String kind = "znode";
        private String scopeId = SCOPE_DEFAULT;
        private int requestBytesMax = ZnodeClient.REQUEST_BYTES_DEFAULT;
        private int replyBytesMax = ZnodeClient.REPLY_BYTES_DEFAULT;
        private @Nullable TlsClient tls;
        private SaslLogin.@Nullable Factory logins;

        private Builder(ConnectString connect) {
            this.connect = connect;
        }

        /**
         * Names the store for fencing tokens; must change when an older state of the store was restored. Default {@value
         * #SCOPE_DEFAULT}.
         */
        public Builder scopeId(String scopeId) {
            this.scopeId = scopeId;
            return this;
        }

        /** What {@link CoreInfo#kind} says. */
        public Builder kind(String kind) {
            this.kind = kind;
            return this;
        }

        /** Adds what is known of the servers and cannot be seen from here, such as LEASE_CONFIRMED. */
        public Builder capability(Capability capability) {
            capabilities.add(capability);
            return this;
        }

        /** Adds an identity, such as {@code digest} with {@code user:password}. */
        public Builder auth(String scheme, byte[] proof) {
            auth.add(new Request.Auth(0, scheme, Bytes.copyOf(proof)));
            return this;
        }

        /** Logs every session in by SASL's DIGEST-MD5; a store that refuses ends it. */
        public Builder sasl(String user, Secret password) {
            logins = DigestMd5Login.of(user, password);
            return this;
        }

        /**
         * Encrypts every connection; the ports in the connect string must be those that speak TLS.
         *
         * @throws TlsException naming the file that cannot be used and what is wrong with it
         */
        public Builder tls(TlsOptions options) throws TlsException {
            this.tls = TlsClient.of(options);
            return this;
        }

        /** As {@link #tls(TlsOptions)}, by contexts that the application makes and may renew. */
        public Builder tls(TlsContexts contexts) {
            this.tls = TlsClient.of(contexts);
            return this;
        }

        /** Who may do what with the nodes this core creates; everybody everything unless said otherwise. */
        public Builder acl(List<Acl> acl) {
            if (acl.isEmpty()) {
                throw new IllegalArgumentException("acl: at least one entry is needed");
            }
            this.acl = List.copyOf(acl);
            return this;
        }

        /** The largest request to send: the {@code jute.maxbuffer} of the servers, at least 8 KiB. */
        public Builder requestBytesMax(int bytes) {
            if (bytes < 2 * FRAME_OVERHEAD_BYTES) {
                throw new IllegalArgumentException(
                        "requestBytesMax=" + bytes + ": must be at least " + 2 * FRAME_OVERHEAD_BYTES);
            }
            this.requestBytesMax = bytes;
            return this;
        }

        /** The largest reply to accept. */
        public Builder replyBytesMax(int bytes) {
            this.replyBytesMax = bytes;
            return this;
        }

        /** Makes the core. Connects to nothing before the first session is opened. */
        public ZnodeCore build() {
            return new ZnodeCore(this);
        }
    }
}
