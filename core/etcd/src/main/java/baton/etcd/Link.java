package baton.etcd;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.Login;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a core, to one member of the cluster at a time.
 *
 * <p>It is up once a member has taken the login and said that it knows a leader. When somebody finds it silent or broken it
 * goes down as a whole: calls under way fail, and the next member is tried, at once at first and then at growing intervals
 * of at most a second. So what comes by a new connection never competes with what was sent by the old one.
 *
 * <p>Lives on the loop. Answers come there too.
 */
final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(3);
    private static final Duration CALL_MAX = Duration.ofSeconds(10);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

    /** A member that loses its leader then says so on streams, instead of saying nothing. */
    private static final Metadata.Key<String> NEEDS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    /** Hears of the link, on the loop. */
    interface Listener {
        void up(StatusResponse member);

        void down();

        /** The cluster does not take the login, or demands one. The link goes on trying while somebody wants it. */
        void refused(CoordinationException why);

        /** Whether there is anybody who needs the link. */
        boolean isWanted();
    }

    private enum State {
        IDLE,
        CONNECTING,
        UP,
        CLOSED
    }

    private final List<EtcdAddress.Member> members;
    private final MemberChannels channels;
    private final Optional<Login> login;
    private final CoreThreads threads;
    private final Listener listener;

    private State state = State.IDLE;
    private int next;
    private int failures;
    private boolean warned;
    private boolean warnedOfLogin;
    private long generation;
    private @Nullable ManagedChannel connection;
    private @Nullable Channel channel;
    /** A request for a token that shows an old one is refused. */
    private @Nullable Channel withoutToken;

    Link(EtcdAddress address, MemberChannels channels, Optional<Login> login, CoreThreads threads, Listener listener) {
        this.members = address.members();
        this.channels = channels;
        this.login = login;
        this.threads = threads;
        this.listener = listener;
        this.next = ThreadLocalRandom.current().nextInt(members.size());
    }

    /** Begins to connect if it does not yet. */
    void want() {
        if (state == State.IDLE) {
            connect();
        }
    }

    boolean isUp() {
        return state == State.UP;
    }

    /** Counts connections; names the present one. */
    long generation() {
        return generation;
    }

    /** Says that a connection is of no use any more; nothing if it is not the present one. */
    void lost(long connectionLost, String why) {
        if (connectionLost != generation || state != State.UP) {
            return;
        }
        log.info("lost etcd member={} cause={}", member(), why);
        disconnect();
        state = State.CONNECTING;
        listener.down();
        tryNext();
    }

    void close() {
        state = State.CLOSED;
        disconnect();
    }

    // ---- connecting

    private EtcdAddress.Member member() {
        return members.get(next % members.size());
    }

    private void connect() {
        if (state == State.CLOSED) {
            return;
        }
        if (!listener.isWanted()) {
            state = State.IDLE;
            return;
        }
        state = State.CONNECTING;
        generation++;
        connection = channels.open(member());
        attach("");
        long mine = generation;
        authenticate(this::look, status -> {
            if (mine == generation) {
                failed(status);
            }
        });
    }

    private void attach(String token) {
        Metadata headers = new Metadata();
        headers.put(NEEDS_LEADER, "true");
        if (!token.isEmpty()) {
            headers.put(TOKEN, token);
        }
        channel = ClientInterceptors.intercept(connection, MetadataUtils.newAttachHeadersInterceptor(headers));
        if (token.isEmpty()) {
            withoutToken = channel;
        }
    }

    /** Gets a token, if there is a login; one of the two is called, at once or later, whatever happens to the link. */
    private void authenticate(Runnable then, Consumer<Status> otherwise) {
        if (login.isEmpty()) {
            then.run();
            return;
        }
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(login.get().user())
                .setPassword(login.get().password())
                .build();
        long askedBy = generation;
        exchange(AuthGrpc.getAuthenticateMethod(), request, withoutToken, ATTEMPT_MAX, reply -> {
            if (askedBy != generation) {
                otherwise.accept(Refusals.NOT_SENT);
            } else if (reply.isOk()) {
                attach(reply.value().getToken());
                then.run();
            } else if (reply.status().getCode() == Status.Code.FAILED_PRECONDITION) {
                warnOfNeedlessLogin();
                then.run();
            } else {
                otherwise.accept(reply.status());
            }
        });
    }

    private void warnOfNeedlessLogin() {
        if (!warnedOfLogin) {
            warnedOfLogin = true;
            log.warn("etcd does not authenticate its clients; the user name given is of no use");
        }
    }

    private void look() {
        send(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), channel, reply -> {
            if (!reply.isOk()) {
                failed(reply.status());
            } else if (reply.value().getLeader() == 0 || reply.value().getIsLearner()) {
                failed(Status.UNAVAILABLE.withDescription("this member knows no leader, or may not vote"));
            } else {
                up(reply.value());
            }
        });
    }

    private void up(StatusResponse member) {
        state = State.UP;
        failures = 0;
        warned = false;
        log.info("connected to etcd member={} version={}", member(), member.getVersion());
        listener.up(member);
    }

    private void failed(Status status) {
        if (!warned) {
            warned = true;
            log.warn("cannot use etcd member={} cause={}; goes on trying", member(), Refusals.text(status));
        }
        disconnect();
        if (Refusals.isAuthentication(status) && !Refusals.isStaleToken(status)) {
            listener.refused(new CoordinationException(
                    CoreError.DENIED, null, "etcd refused the login of this client: " + Refusals.text(status)));
        }
        tryNext();
    }

    private void tryNext() {
        next = (next + 1) % members.size();
        threads.schedule(this::connect, pause(failures / members.size()));
        failures++;
    }

    private static Duration pause(int rounds) {
        Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(rounds, 10));
        return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
    }

    private void disconnect() {
        generation++;
        if (connection != null) {
            connection.shutdownNow();
        }
        connection = null;
        channel = null;
        withoutToken = null;
    }

    // ---- calls

    /** Asks once. The answer comes on the loop, after ten seconds at the latest. */
    <Q, R> void call(MethodDescriptor<Q, R> method, Q request, Consumer<Reply<R>> then) {
        if (state != State.UP) {
            then.accept(Reply.failed(Refusals.NOT_SENT));
            return;
        }
        long sentBy = generation;
        Channel by = channel;
        exchange(method, request, by, CALL_MAX, reply -> {
            if (login.isEmpty() || !Refusals.isStaleToken(reply.status()) || sentBy != generation) {
                then.accept(reply);
            } else if (by != channel) {
                exchange(method, request, channel, CALL_MAX, then);
            } else {
                // Tokens run out, and what came with one that did was not done.
                authenticate(
                        () -> exchange(method, request, channel, CALL_MAX, then),
                        status -> then.accept(Reply.failed(reply.status())));
            }
        });
    }

    /** For what belongs to making this connection: forgotten when the connection is. */
    private <Q, R> void send(MethodDescriptor<Q, R> method, Q request, @Nullable Channel by, Consumer<Reply<R>> then) {
        long sentBy = generation;
        exchange(method, request, by, ATTEMPT_MAX, reply -> {
            if (sentBy == generation) {
                then.accept(reply);
            }
        });
    }

    private <Q, R> void exchange(
            MethodDescriptor<Q, R> method, Q request, @Nullable Channel by, Duration timeout, Consumer<Reply<R>> then) {
        if (by == null) {
            then.accept(Reply.failed(Refusals.NOT_SENT));
            return;
        }
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
        ClientCalls.asyncUnaryCall(by.newCall(method, options), request, new StreamObserver<>() {
            private @Nullable R value;

            @Override
            public void onNext(R reply) {
                value = reply;
            }

            @Override
            public void onError(Throwable failure) {
                threads.execute(() -> then.accept(Reply.failed(Status.fromThrowable(failure))));
            }

            @Override
            public void onCompleted() {
                R reply = value;
                threads.execute(() -> then.accept(reply == null ? Reply.failed(Status.INTERNAL) : Reply.of(reply)));
            }
        });
    }

    /** Opens a stream of requests and answers. Its end, however it comes, costs the connection. */
    <Q, R> StreamObserver<Q> stream(MethodDescriptor<Q, R> method, Consumer<R> each) {
        if (channel == null) {
            throw new IllegalStateException("no link for a stream");
        }
        long openedBy = generation;
        return ClientCalls.asyncBidiStreamingCall(channel.newCall(method, CallOptions.DEFAULT), new StreamObserver<>() {
            @Override
            public void onNext(R answer) {
                threads.execute(() -> {
                    if (openedBy == generation) {
                        each.accept(answer);
                    }
                });
            }

            @Override
            public void onError(Throwable failure) {
                Status status = Status.fromThrowable(failure);
                if (status.getCode() != Status.Code.CANCELLED) {
                    threads.execute(() -> lost(openedBy, Refusals.text(status)));
                }
            }

            @Override
            public void onCompleted() {
                // We have closed it, or the session it was for is over.
            }
        });
    }
}
