package baton.client;

import baton.client.session.Chroot;
import baton.client.session.ConnectString;
import baton.client.session.Credentials;
import baton.client.session.Event;
import baton.client.session.Frames;
import baton.client.session.Outcome;
import baton.client.session.SaslLogin;
import baton.client.session.SessionEnd;
import baton.client.session.SessionMachine;
import baton.client.session.SessionSettings;
import baton.core.Phase;
import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.SessionId;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import baton.protocol.tls.Secret;
import baton.protocol.tls.TlsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One session at a server that speaks the ZooKeeper protocol, with the operations of that protocol.
 *
 * <p>Nothing blocks but {@link #close}. Requests of one thread are sent in the order of issue, any number of them without
 * waiting for replies, and take effect in that order. Stages complete on the delivery thread, with a
 * {@link ZnodeException} if things do not go well. The client connects and reconnects by itself; a request made while
 * there is no connection fails at once with {@link ZnodeException.Kind#NOT_SENT} and is never repeated. A session that
 * has ended never comes back: build another client. Safe for use by many threads.
 */
public final class ZnodeClient implements AutoCloseable {
    /** The session timeout asked for unless another is. */
    public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    /** The largest request servers accept unless configured otherwise. */
    public static final int REQUEST_BYTES_DEFAULT = 0xfffff;

    /** The largest reply a client accepts unless told otherwise; servers do not limit listings. */
    public static final int REPLY_BYTES_DEFAULT = 4 << 20;

    private static final Duration CLOSE_WAIT_MAX = Duration.ofSeconds(2);
    private static final int IN_FLIGHT_DEFAULT = 1 << 16;

    private final SessionDriver driver;
    private final ClientThreads threads;
    private final boolean ownsThreads;
    private final Chroot chroot;
    private final int requestBytesMax;
    private final CompletableFuture<ZnodeClient> attached = new CompletableFuture<>();
    // Writer: the delivery thread.
    private volatile long lastZxidSeen;

    private ZnodeClient(Builder builder) {
        ownsThreads = builder.threads == null;
        threads = builder.threads == null ? ClientThreads.start("baton-client", 1) : builder.threads;
        chroot = new Chroot(builder.connect.chroot());
        requestBytesMax = builder.requestBytesMax;
        SessionMachine machine = new SessionMachine(
                builder.settings(), bound -> ThreadLocalRandom.current().nextInt(bound), builder.logins);
        driver = new SessionDriver(
                threads, machine, translated(builder.listener), builder.replyBytesMax, builder.tls, builder.timeout);
    }

    /** Begins to connect; only now listeners are called. */
    void start() {
        driver.post(new Event.Start());
    }

    /**
     * Prepares a client.
     *
     * @param connectString {@code host[:port][,host[:port]...][/chroot]}
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static Builder builder(String connectString) {
        return new Builder(ConnectString.parse(connectString));
    }

    // ---- the session

    /** Completes when the session is reachable for the first time; fails if it ends before. */
    public CompletionStage<ZnodeClient> attached() {
        return attached;
    }

    public Phase phase() {
        return driver.phase();
    }

    /** The session's number, and what it takes to take it over; empty until it was attached once. */
    public Optional<Credentials> session() {
        return Optional.ofNullable(driver.credentials());
    }

    /** The timeout granted, or asked for until one is. */
    public Duration timeout() {
        return driver.timeout();
    }

    /** Until when the store certainly keeps the session, on the scale of {@link System#nanoTime}; only grows. */
    public long leaseDeadlineNanos() {
        return driver.deadlineNanos();
    }

    /** The last transaction the server had applied when it last answered; 0 until it has. Only grows. */
    public long lastZxidSeen() {
        return lastZxidSeen;
    }

    /**
     * Ends the session, and with it its ephemerals. Completes when the store has confirmed that, or must have expired
     * the session by itself. Requests made before are still answered. Idempotent.
     */
    public CompletionStage<Void> end() {
        driver.post(new Event.End());
        return driver.finished();
    }

    /** Lets go of the session without ending it: it lives on at the store until it expires. Idempotent. */
    public CompletionStage<Void> abandon() {
        driver.post(new Event.Abandon());
        return driver.finished();
    }

    /**
     * Ends the session if the store can be reached within two seconds, and stops the threads if they are this client's
     * own. On the delivery thread it does not wait. Idempotent.
     */
    @Override
    public void close() {
        CompletableFuture<Void> ended = end().toCompletableFuture();
        try {
            if (threads.isDeliveryThread()) {
                return;
            }
            ended.get(CLOSE_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException unreachable) {
            abandon();
        } catch (InterruptedException interrupt) {
            abandon();
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("the end of a session cannot fail", impossible);
        } finally {
            if (ownsThreads) {
                threads.close();
            }
        }
    }

    // ---- requests

    /**
     * Sends a request and gives its reply.
     *
     * <p>A multi whose operations were refused is a reply like any other: see {@link MultiResult}.
     *
     * @throws IllegalArgumentException if this is a request that the client makes by itself
     */
    public CompletionStage<Response> submit(Request request) {
        return this.<Response>ask(request, response -> response);
    }

    /** Creates a node, of any mode but those with a time to live; gives its path, and its stat. */
    public CompletionStage<Response.CreatedWithStat> create(
            String path, @Nullable Bytes data, List<Acl> acl, CreateMode mode) {
        return ask(new Request.Create(path, data, acl, mode), Response.CreatedWithStat.class::cast);
    }

    /** Creates a node that goes when it had no child and no write for {@code ttl}. */
    public CompletionStage<Response.CreatedWithStat> createTtl(
            String path, @Nullable Bytes data, List<Acl> acl, CreateMode mode, Duration ttl) {
        Request request = new Request.CreateTtl(path, data, acl, mode.flags(), ttl.toMillis());
        return ask(request, Response.CreatedWithStat.class::cast);
    }

    /** Deletes a node; version -1 for any. */
    public CompletionStage<Void> delete(String path, int version) {
        return ask(new Request.Delete(path, version), response -> null);
    }

    /** Replaces a node's data; version -1 for any. */
    public CompletionStage<Stat> setData(String path, @Nullable Bytes data, int version) {
        return ask(new Request.SetData(path, data, version), ZnodeClient::stat);
    }

    public CompletionStage<Response.Content> getData(String path, boolean watch) {
        return ask(new Request.GetData(path, watch), Response.Content.class::cast);
    }

    /** A node's stat; empty if it does not exist. Watches in either case. */
    public CompletionStage<Optional<Stat>> exists(String path, boolean watch) {
        CompletableFuture<Optional<Stat>> future = new CompletableFuture<>();
        send(new Request.Exists(path, watch), outcome -> {
            if (outcome instanceof Outcome.Refused refused && refused.code() == ErrorCode.NO_NODE) {
                future.complete(Optional.empty());
            } else {
                settle(future, path, outcome, response -> Optional.of(stat(response)));
            }
        });
        return future;
    }

    public CompletionStage<Response.ChildrenWithStat> getChildren(String path, boolean watch) {
        return ask(new Request.GetChildren2(path, watch), Response.ChildrenWithStat.class::cast);
    }

    /** Completes once the server has caught up with what the leader had committed. */
    public CompletionStage<Void> sync(String path) {
        return ask(new Request.Sync(path), response -> null);
    }

    /** Does all of the operations or none; gives a result for each, failed or not. */
    public CompletionStage<List<MultiResult>> multi(List<Request.MultiOp> ops) {
        return ask(new Request.Multi(ops), response -> ((Response.Multi) response).results());
    }

    /** The ephemerals of this session whose paths begin with {@code prefix}. */
    public CompletionStage<List<String>> getEphemerals(String prefix) {
        return ask(new Request.GetEphemerals(prefix), response -> ((Response.Ephemerals) response).paths());
    }

    public CompletionStage<Void> addWatch(String path, AddWatchMode mode) {
        return ask(new Request.AddWatch(path, mode), response -> null);
    }

    /** Removes the session's watches on a path; fails with {@code NO_WATCHER} if there is none. */
    public CompletionStage<Void> removeWatches(String path, WatcherType type) {
        return ask(new Request.RemoveWatches(path, type), response -> null);
    }

    public CompletionStage<Response.AclList> getAcl(String path) {
        return ask(new Request.GetAcl(path), Response.AclList.class::cast);
    }

    /** Replaces a node's access control list; version -1 for any, otherwise that of the list. */
    public CompletionStage<Stat> setAcl(String path, List<Acl> acl, int version) {
        return ask(new Request.SetAcl(path, acl, version), ZnodeClient::stat);
    }

    /** Adds an identity to this connection and every later one. A refusal ends the session. */
    public CompletionStage<Void> addAuth(String scheme, Bytes proof) {
        return ask(new Request.Auth(0, scheme, proof), response -> null);
    }

    public CompletionStage<List<ClientIdentity>> whoAmI() {
        return ask(Request.WhoAmI.INSTANCE, response -> ((Response.Identities) response).identities());
    }

    /** As {@link #submit}, but paths in request and reply are those of the server, whatever the chroot. */
    public CompletionStage<Response> submitAtRoot(Request request) {
        refuseOwn(request);
        CompletableFuture<Response> future = new CompletableFuture<>();
        sendAsIs(request, outcome -> settle(future, path(request), outcome, response -> response));
        return future;
    }

    /** The path of the server that is this client's {@code /}; empty if it is the server's own. */
    public String chroot() {
        return chroot.prefix();
    }

    // ---- for the core

    /** Sends a request; {@code consumer} hears on the delivery thread what became of it. Paths are the client's. */
    void send(Request request, Consumer<Outcome> consumer) {
        sendAsIs(
                chroot.toServer(request),
                outcome -> consumer.accept(
                        outcome instanceof Outcome.Answered answered
                                ? new Outcome.Answered(answered.zxid(), chroot.toClient(answered.response()))
                                : outcome));
    }

    /** As {@link #send}, with the paths of the server. */
    void sendAsIs(Request request, Consumer<Outcome> consumer) {
        byte[] frame = Frames.request(request);
        if (frame.length - Integer.BYTES > requestBytesMax) {
            driver.deliver(() -> consumer.accept(Outcome.Lost.TOO_LARGE));
        } else {
            driver.post(new Event.Submit(noting(consumer), request, frame));
        }
    }

    private Consumer<Outcome> noting(Consumer<Outcome> consumer) {
        return outcome -> {
            if (outcome instanceof Outcome.Answered answered) {
                lastZxidSeen = Math.max(lastZxidSeen, answered.zxid());
            }
            consumer.accept(outcome);
        };
    }

    CompletionStage<Void> finished() {
        return driver.finished();
    }

    void deliver(Runnable work) {
        driver.deliver(work);
    }

    void deliverLater(Runnable work, long delayMillis) {
        driver.deliverLater(work, delayMillis);
    }

    // ---- inside

    private <T> CompletionStage<T> ask(Request request, Function<Response, T> result) {
        refuseOwn(request);
        CompletableFuture<T> future = new CompletableFuture<>();
        send(request, outcome -> settle(future, path(request), outcome, result));
        return future;
    }

    private static void refuseOwn(Request request) {
        switch (request.opCode()) {
            case PING, CLOSE_SESSION, CREATE_SESSION, SET_WATCHES, SET_WATCHES2, SASL, DELETE_CONTAINER, CHECK, ERROR ->
                throw new IllegalArgumentException(request.opCode() + " is not a request for users of a client");
            default -> {}
        }
    }

    private static <T> void settle(
            CompletableFuture<T> future, @Nullable String path, Outcome outcome, Function<Response, T> result) {
        if (outcome instanceof Outcome.Answered answered) {
            future.complete(result.apply(answered.response()));
        } else {
            future.completeExceptionally(exception(path, outcome));
        }
    }

    private static ZnodeException exception(@Nullable String path, Outcome outcome) {
        String of = path == null ? "" : " of " + path;
        if (outcome instanceof Outcome.Refused refused) {
            return new ZnodeException(
                    ZnodeException.Kind.REFUSED, refused.code(), path, "refused" + of + ": " + refused.code());
        }
        return switch ((Outcome.Lost) outcome) {
            case NOT_SENT ->
                new ZnodeException(
                        ZnodeException.Kind.NOT_SENT,
                        ErrorCode.CONNECTION_LOSS,
                        path,
                        "not sent" + of + ": no connection");
            case UNANSWERED ->
                new ZnodeException(
                        ZnodeException.Kind.NOT_SENT,
                        ErrorCode.CONNECTION_LOSS,
                        path,
                        "no reply to a read" + of + ": connection lost");
            case IN_DOUBT ->
                new ZnodeException(
                        ZnodeException.Kind.IN_DOUBT,
                        ErrorCode.CONNECTION_LOSS,
                        path,
                        "no reply to a change" + of + ": connection lost, it may have happened");
            case SESSION_ENDED ->
                new ZnodeException(
                        ZnodeException.Kind.SESSION_ENDED, ErrorCode.SESSION_EXPIRED, path, "session is over");
            case NOT_AUTHENTICATED ->
                new ZnodeException(
                        ZnodeException.Kind.SESSION_ENDED,
                        ErrorCode.AUTH_FAILED,
                        path,
                        "session is over: the server refused an identity, or demands one");
            case TOO_LARGE ->
                new ZnodeException(
                        ZnodeException.Kind.TOO_LARGE,
                        ErrorCode.BAD_ARGUMENTS,
                        path,
                        "request" + of + " or its reply is larger than a frame may be");
        };
    }

    private static @Nullable String path(Request request) {
        return request instanceof Request.OfNode about ? about.path() : null;
    }

    private static Stat stat(Response response) {
        return ((Response.StatOnly) response).stat();
    }

    private ZnodeListener translated(ZnodeListener user) {
        return new ZnodeListener() {
            @Override
            public void attached(boolean first, Duration timeout) {
                attached.complete(ZnodeClient.this);
                user.attached(first, timeout);
            }

            @Override
            public void attachedReadOnly(Duration timeout) {
                attached.complete(ZnodeClient.this);
                user.attachedReadOnly(timeout);
            }

            @Override
            public void detached(String why) {
                user.detached(why);
            }

            @Override
            public void extended(long deadlineNanos) {
                user.extended(deadlineNanos);
            }

            @Override
            public void ended(SessionEnd end) {
                ErrorCode code =
                        end == SessionEnd.NOT_AUTHENTICATED ? ErrorCode.AUTH_FAILED : ErrorCode.SESSION_EXPIRED;
                attached.completeExceptionally(new ZnodeException(
                        ZnodeException.Kind.SESSION_ENDED, code, null, "session ended before it began: " + end));
                user.ended(end);
            }

            @Override
            public void event(WatchEvent event, long zxid) {
                user.event(chroot.toClient(event), zxid);
            }
        };
    }

    @Override
    public String toString() {
        Credentials session = driver.credentials();
        return "ZnodeClient[" + (session == null ? "no session" : SessionId.format(session.sessionId())) + "]";
    }

    /** Settings of a client. Not thread-safe. */
    public static final class Builder {
        private final ConnectString connect;
        private final List<Request.Auth> auth = new ArrayList<>();
        private Duration timeout = TIMEOUT_DEFAULT;
        private SessionSettings.Confirmation confirmation = SessionSettings.Confirmation.ANY_REPLY;
        private double leaseFactor = 1;
        private int requestBytesMax = REQUEST_BYTES_DEFAULT;
        private int replyBytesMax = REPLY_BYTES_DEFAULT;
        private int inFlightMax = IN_FLIGHT_DEFAULT;
        private Optional<Credentials> existing = Optional.empty();
        private SessionSettings.Quorum quorum = SessionSettings.Quorum.REQUIRED;
        private ZnodeListener listener = new ZnodeListener() {};
        private @Nullable ClientThreads threads;
        private @Nullable TlsClient tls;
        private SaslLogin.@Nullable Factory logins;

        Builder(ConnectString connect) {
            this.connect = connect;
        }

        /** The session timeout to ask for, 1 ms to 24 hours; servers grant what lies within their own bounds. */
        public Builder timeout(Duration timeout) {
            if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofHours(24)) > 0) {
                throw new IllegalArgumentException("timeout " + timeout + ": must be 1 ms to 24 hours");
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Encrypts every connection; the ports in the connect string must be those that speak TLS.
         *
         * @throws TlsException naming the file that cannot be used and what is wrong with it
         */
        public Builder tls(TlsOptions options) throws TlsException {
            return tls(TlsClient.of(options));
        }

        Builder tls(@Nullable TlsClient tls) {
            this.tls = tls;
            return this;
        }

        public Builder listener(ZnodeListener listener) {
            this.listener = listener;
            return this;
        }

        /** Adds an identity from the start, such as {@code digest} with {@code user:password}. */
        public Builder auth(String scheme, Bytes proof) {
            auth.add(new Request.Auth(0, scheme, proof));
            return this;
        }

        /**
         * Logs in by SASL's DIGEST-MD5, before anything is asked. If the store refuses, the session ends. The password does
         * not travel, but the mechanism is old: put TLS around it.
         */
        public Builder sasl(String user, Secret password) {
            return sasl(DigestMd5Login.of(user, password));
        }

        Builder sasl(SaslLogin.@Nullable Factory factory) {
            this.logins = factory;
            return this;
        }

        /** Takes a session over that exists already. */
        public Builder existing(Credentials session) {
            this.existing = Optional.of(session);
            return this;
        }

        /** Puts up with a server that has no quorum, where nothing can be changed, if no other is to be had. */
        public Builder readOnlyWillDo() {
            this.quorum = SessionSettings.Quorum.PREFERRED;
            return this;
        }

        public Builder confirmation(SessionSettings.Confirmation confirmation) {
            this.confirmation = confirmation;
            return this;
        }

        public Builder leaseFactor(double leaseFactor) {
            this.leaseFactor = leaseFactor;
            return this;
        }

        /** The largest request to send: the {@code jute.maxbuffer} of the servers. */
        public Builder requestBytesMax(int bytes) {
            this.requestBytesMax = positive("requestBytesMax", bytes);
            return this;
        }

        /** The largest reply to accept; a larger one costs the connection. */
        public Builder replyBytesMax(int bytes) {
            this.replyBytesMax = positive("replyBytesMax", bytes);
            return this;
        }

        /** How many requests may wait for a reply; more are refused. */
        public Builder inFlightMax(int requests) {
            this.inFlightMax = positive("inFlightMax", requests);
            return this;
        }

        /** Shares threads with other clients; whoever started them closes them, after the clients. */
        public Builder threads(ClientThreads threads) {
            this.threads = threads;
            return this;
        }

        /** Starts the client. Returns at once; it connects in the background. */
        public ZnodeClient open() {
            ZnodeClient client = prepare();
            client.start();
            return client;
        }

        ZnodeClient prepare() {
            return new ZnodeClient(this);
        }

        private SessionSettings settings() {
            return new SessionSettings(
                    connect.servers(),
                    (int) timeout.toMillis(),
                    auth,
                    confirmation,
                    leaseFactor,
                    replyBytesMax,
                    inFlightMax,
                    existing,
                    quorum);
        }

        private static int positive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + "=" + value + ": must be at least 1");
            }
            return value;
        }
    }
}
