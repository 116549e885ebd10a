package baton.server.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.stream.ChunkedStream;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one HTTP connection, one after the other. A client that sends the next before it has taken the answer, or
 * does not take a page in time, is cut off: what is kept for it counts against others.
 */
final class HttpExchange extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(HttpExchange.class);

    private static final int CHUNK_BYTES = 64 << 10;

    private static final HttpSite.Reply TOO_MUCH_UNTAKEN = HttpSite.Reply.text(
                    503, "others have not taken their pages yet; ask again in a moment\n")
            .with(Map.of("Retry-After", "5"));

    private final HttpSite site;
    private final boolean loopback;
    private final HttpConnections connections;
    private final int takeMillisMax;
    private final LastResort lastResort;

    /** From a request until all of its answer is with the system. */
    private boolean answering;

    /** The client says no more, and only waits for what it has asked. */
    private boolean saidAll;

    /**
     * Makes one for a connection.
     *
     * @param loopback whether only this machine reaches the port, and so only its own names are to be asked for
     * @param takeMillisMax how long a page may take to be taken, whatever else the client sends
     * @param lastResort told if memory runs out over an answer
     */
    HttpExchange(
            HttpSite site, boolean loopback, HttpConnections connections, int takeMillisMax, LastResort lastResort) {
        this.lastResort = lastResort;
        this.takeMillisMax = takeMillisMax;
        this.connections = connections;
        this.site = site;
        this.loopback = loopback;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (answering) {
            // Nobody who reads these pages sends requests ahead of the answers.
            context.close();
            return;
        }
        answering = true;
        connections.asked(context.channel());
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        boolean bodyless = request.method().equals(HttpMethod.HEAD);
        if (!request.decoderResult().isSuccess()) {
            answer(context, HttpSite.Reply.text(400, "not an HTTP request\n"), false, false);
            return;
        }
        if (loopback && !isOwnName(request.headers().get(HttpHeaderNames.HOST))) {
            // A page in a browser must not reach the port by a name of its own that leads here.
            answer(context, HttpSite.Reply.text(403, "Host must be localhost or an address\n"), false, false);
            return;
        }
        HttpSite.Query query;
        try {
            query = query(context, request);
        } catch (IllegalArgumentException e) {
            answer(context, HttpSite.Reply.text(400, "the path cannot be decoded\n"), false, bodyless);
            return;
        }
        ask(request, query)
                .whenComplete((reply, failure) -> context.executor()
                        .execute(() -> answer(context, orFailure(reply, failure), keepAlive && !saidAll, bodyless)));
    }

    private CompletionStage<HttpSite.Reply> ask(FullHttpRequest request, HttpSite.Query query) {
        try {
            return request instanceof LongRequest received ? received.answer() : site.answer(query);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Says whether a request is for the port by a name that is the machine's own. */
    static boolean isOwnName(@Nullable String host) {
        if (host == null) {
            return true;
        }
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        return name.equalsIgnoreCase("localhost") || NetUtil.isValidIpV4Address(name) || name.startsWith("[");
    }

    /**
     * Says what is asked.
     *
     * @throws IllegalArgumentException if the path cannot be decoded
     */
    static HttpSite.Query query(ChannelHandlerContext context, HttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        Map<String, String> parameters = new HashMap<>();
        for (Map.Entry<String, List<String>> each : uri.parameters().entrySet()) {
            parameters.put(each.getKey(), each.getValue().get(each.getValue().size() - 1));
        }
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(each -> headers.put(each.getKey().toLowerCase(Locale.ROOT), each.getValue()));
        InetSocketAddress from = (InetSocketAddress) context.channel().remoteAddress();
        return new HttpSite.Query(request.method().name(), uri.path(), parameters, headers, from);
    }

    private HttpSite.Reply orFailure(HttpSite.@Nullable Reply reply, @Nullable Throwable failure) {
        if (reply != null) {
            return reply;
        }
        lastResort.lookAt(failure);
        log.error("failed to answer an HTTP request", failure);
        return HttpSite.Reply.text(500, "internal error, see the server's log\n");
    }

    private void answer(ChannelHandlerContext context, HttpSite.Reply reply, boolean keepAlive, boolean bodyless) {
        ChannelFuture written = reply.content() instanceof HttpSite.Content.Stream stream
                ? send(context, reply, stream, keepAlive)
                : sendText(context, reply, keepAlive, bodyless);
        if (keepAlive) {
            written.addListener(done -> {
                answering = false;
                if (saidAll) {
                    context.close();
                } else {
                    connections.answered(context.channel());
                }
            });
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private ChannelFuture sendText(
            ChannelHandlerContext context, HttpSite.Reply reply, boolean keepAlive, boolean bodyless) {
        byte[] body = bytes(reply);
        int kept = bodyless ? 0 : body.length;
        if (!connections.keep(kept)) {
            return send(context, TOO_MUCH_UNTAKEN, bytes(TOO_MUCH_UNTAKEN), keepAlive, false);
        }
        ChannelFuture written = send(context, reply, body, keepAlive, bodyless);
        Future<?> tooLate = context.executor().schedule(() -> context.close(), takeMillisMax, TimeUnit.MILLISECONDS);
        written.addListener(done -> {
            tooLate.cancel(false);
            connections.taken(kept);
        });
        return written;
    }

    private static byte[] bytes(HttpSite.Reply reply) {
        return ((HttpSite.Content.Text) reply.content()).bytes();
    }

    private static ChannelFuture send(
            ChannelHandlerContext context, HttpSite.Reply reply, byte[] body, boolean keepAlive, boolean bodyless) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reply.status()),
                bodyless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        addHeaders(response, reply, body.length, keepAlive);
        return context.writeAndFlush(response);
    }

    private static ChannelFuture send(
            ChannelHandlerContext context, HttpSite.Reply reply, HttpSite.Content.Stream stream, boolean keepAlive) {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
        addHeaders(response, reply, stream.size(), keepAlive);
        ChannelFuture unused = context.write(response);
        return context.writeAndFlush(new HttpChunkedInput(new ChunkedStream(stream.bytes(), CHUNK_BYTES)));
    }

    private static void addHeaders(HttpResponse response, HttpSite.Reply reply, long length, boolean keepAlive) {
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, reply.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set("X-Frame-Options", "DENY");
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        HttpUtil.setKeepAlive(response, keepAlive);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // An end that TLS tells leaves us our direction only from TLS 1.3 on.
        boolean isEnd = event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent;
        saidAll |= isEnd;
        if (event instanceof IdleStateEvent || isEnd && !answering) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lastResort.lookAt(cause);
        if (!(cause instanceof IOException)) {
            log.debug("closed HTTP client={} because={}", context.channel().remoteAddress(), cause.toString());
        }
        context.close();
    }
}
