package baton.etcd;

import baton.core.testkit.HeldRequest;
import baton.core.testkit.WireOp;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Passes calls on to an etcd, and loses or holds single requests. It tells them apart as {@link WireOp}s: a transaction
 * that changes one key by what it does with it, one of several or none as a multi, a read of one key as such.
 */
final class GrpcProxy implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 512 << 20;

    enum Action {
        DROP_REQUEST,
        DROP_REPLY,
        HOLD_REQUEST
    }

    private record Rule(WireOp op, Action action, HeldRequest held) {}

    private final Runnable cutOnce;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "grpc-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final ManagedChannel target;
    private final Server server;
    private final List<Rule> rules = new ArrayList<>(); // Guarded by itself.
    private final Map<WireOp, Integer> counts = new EnumMap<>(WireOp.class); // Guarded by rules.

    GrpcProxy(InetSocketAddress address, Runnable cutOnce) {
        this.cutOnce = cutOnce;
        target = NettyChannelBuilder.forAddress(address)
                .usePlaintext()
                .executor(threads)
                .proxyDetector(any -> null)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .executor(threads)
                    .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                    .fallbackHandlerRegistry(new AnyMethod())
                    .build()
                    .start();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    void rule(WireOp op, Action action, HeldRequest held) {
        synchronized (rules) {
            rules.add(new Rule(op, action, held));
        }
    }

    void heal() {
        synchronized (rules) {
            rules.clear();
        }
    }

    int count(WireOp op) {
        synchronized (rules) {
            return counts.getOrDefault(op, 0);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        target.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
            target.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }

    // ---- what a request is

    private static Optional<WireOp> op(String method, byte[] message) {
        return switch (method) {
            case "etcdserverpb.KV/Range" -> Optional.of(WireOp.GET_DATA);
            case "etcdserverpb.KV/Txn" -> Optional.of(change(message));
            default -> Optional.empty();
        };
    }

    private static WireOp change(byte[] message) {
        try {
            TxnRequest txn = TxnRequest.parseFrom(message);
            if (txn.getSuccessCount() != 1) {
                return WireOp.MULTI;
            }
            RequestOp only = txn.getSuccess(0);
            if (only.hasRequestDeleteRange()) {
                return WireOp.DELETE;
            }
            if (only.hasRequestRange()) {
                return WireOp.MULTI;
            }
            boolean fence = only.getRequestPut().getKey().toStringUtf8().contains("/.s/");
            return fence ? WireOp.SYNC : only.getRequestPut().getIgnoreLease() ? WireOp.SET_DATA : WireOp.CREATE;
        } catch (IOException foreign) {
            throw new UncheckedIOException(foreign);
        }
    }

    private Optional<Rule> take(Optional<WireOp> op) {
        synchronized (rules) {
            op.ifPresent(each -> counts.merge(each, 1, Integer::sum));
            Optional<Rule> found = rules.stream()
                    .filter(rule -> op.equals(Optional.of(rule.op())))
                    .findFirst();
            found.ifPresent(rules::remove);
            return found;
        }
    }

    // ---- passing on

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    private final class AnyMethod extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setFullMethodName(name)
                    .setType(MethodDescriptor.MethodType.UNKNOWN)
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(new Bytes())
                    .build();
            ServerCallHandler<byte[], byte[]> handler = (call, headers) -> new Passage(call, headers, method);
            return ServerMethodDefinition.create(method, handler);
        }
    }

    /** One call: requests go on, replies come back. */
    private final class Passage extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> from;
        private final ClientCall<byte[], byte[]> to;
        private final String method;
        private volatile boolean holding;
        private volatile boolean dropping;

        Passage(ServerCall<byte[], byte[]> from, Metadata headers, MethodDescriptor<byte[], byte[]> method) {
            this.from = from;
            this.method = method.getFullMethodName();
            // After the server was away: not in a minute, now.
            target.resetConnectBackoff();
            to = target.newCall(method, CallOptions.DEFAULT);
            to.start(new Replies(), headers);
            to.request(1);
            from.request(1);
        }

        @Override
        public void onMessage(byte[] message) {
            Rule rule = take(op(method, message)).orElse(null);
            if (rule != null && rule.action() == Action.DROP_REQUEST) {
                cutOnce.run();
                return;
            }
            dropping = rule != null && rule.action() == Action.DROP_REPLY;
            if (rule != null && rule.action() == Action.HOLD_REQUEST) {
                holding = true;
                // Not on this thread: the call's other events, its cancellation above all, come by it.
                threads.execute(() -> holdBack(rule.held(), message));
                return;
            }
            to.sendMessage(message);
            from.request(1);
        }

        private void holdBack(HeldRequest held, byte[] message) {
            try {
                held.hold();
                to.sendMessage(message);
                to.halfClose();
            } catch (InterruptedException closing) {
                to.cancel("the proxy closes", closing);
            }
        }

        @Override
        public void onHalfClose() {
            if (!holding) {
                to.halfClose();
            }
        }

        @Override
        public void onCancel() {
            if (!holding) {
                to.cancel("the client has gone", null);
            }
        }

        private final class Replies extends ClientCall.Listener<byte[]> {
            private boolean headersSent;

            @Override
            public void onHeaders(Metadata headers) {
                if (!dropping && !from.isCancelled()) {
                    headersSent = true;
                    from.sendHeaders(headers);
                }
            }

            @Override
            public void onMessage(byte[] message) {
                if (dropping) {
                    cutOnce.run();
                    return;
                }
                if (!from.isCancelled() && headersSent) {
                    from.sendMessage(message);
                }
                to.request(1);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                if (!dropping && !from.isCancelled()) {
                    from.close(status, trailers);
                }
            }
        }
    }
}
