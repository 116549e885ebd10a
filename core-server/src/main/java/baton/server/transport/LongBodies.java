package baton.server.transport;

import baton.server.transport.HttpSite.Reception;
import baton.server.transport.HttpSite.Reply;
import baton.server.transport.HttpSite.Upload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes those bodies out of a connection that the site wants to have, however long they are, and passes on what is left of
 * their requests: a {@link LongRequest} at the end of each.
 *
 * <p>Of a body that is refused the rest is read and forgotten, for who still sends does not look at answers; unless he
 * waits to be told that he may begin ({@code Expect: 100-continue}).
 */
final class LongBodies extends ChannelInboundHandlerAdapter {
    /** While more than that waits to be taken, nothing is read: there may come as much again as is read at once. */
    private static final int UNTAKEN_BYTES_MAX = 1 << 20;

    private final HttpSite site;
    private final boolean loopback;
    private final HttpConnections connections;

    // Of the request at hand; confined to the port's loop.
    private @Nullable HttpRequest head;
    private @Nullable Upload upload;
    private Reply refusal = Reply.text(500, "");
    private boolean atWork;
    private int untakenBytes;

    /** @param loopback whether only this machine reaches the port, and so only its own names are to be asked for */
    LongBodies(HttpSite site, boolean loopback, HttpConnections connections) {
        this.site = site;
        this.loopback = loopback;
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && head == null) {
            Optional<Reception> reception = reception(context, request);
            if (reception.isEmpty()) {
                context.fireChannelRead(message);
            } else {
                begin(context, request, reception.get());
            }
        } else if (message instanceof HttpContent content && head != null) {
            try {
                take(context, content);
            } finally {
                ReferenceCountUtil.release(message);
            }
        } else {
            context.fireChannelRead(message);
        }
    }

    private Optional<Reception> reception(ChannelHandlerContext context, HttpRequest request) {
        if (!request.decoderResult().isSuccess()
                || !connections.isWaiting(context.channel())
                || loopback && !HttpExchange.isOwnName(request.headers().get(HttpHeaderNames.HOST))) {
            return Optional.empty();
        }
        try {
            return site.receive(HttpExchange.query(context, request), HttpUtil.getContentLength(request, 0L));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // What cannot be decoded is told so like any other.
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request, Reception reception) {
        boolean waits = HttpUtil.is100ContinueExpected(request);
        head = request;
        if (reception instanceof Reception.Refused refused) {
            refusal = refused.reply();
            if (waits) {
                // Some send it all the same: nothing that comes can be told from it.
                HttpUtil.setKeepAlive(request, false);
                answer(context, CompletableFuture.completedFuture(refusal));
            }
            return;
        }
        upload = ((Reception.Taken) reception).upload();
        connections.asked(context.channel());
        if (waits) {
            context.writeAndFlush(new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }

    private void take(ChannelHandlerContext context, HttpContent content) {
        Upload taking = upload;
        if (!content.decoderResult().isSuccess()) {
            context.close();
            return;
        }
        if (taking != null && content.content().isReadable()) {
            give(context, taking, content.content());
        }
        if (content instanceof LastHttpContent) {
            Upload whole = upload;
            upload = null;
            answer(context, whole == null ? CompletableFuture.completedFuture(refusal) : whole.end());
        }
    }

    private void give(ChannelHandlerContext context, Upload taking, ByteBuf piece) {
        int bytes = piece.readableBytes();
        untakenBytes += bytes;
        if (untakenBytes > UNTAKEN_BYTES_MAX) {
            context.channel().config().setAutoRead(false);
        }
        var unused = taking.take(piece.retain().nioBuffer()).whenComplete((done, failure) -> {
            piece.release();
            context.executor().execute(() -> taken(context, bytes));
        });
    }

    private void taken(ChannelHandlerContext context, int bytes) {
        untakenBytes -= bytes;
        if (untakenBytes <= UNTAKEN_BYTES_MAX / 2) {
            context.channel().config().setAutoRead(true);
        }
    }

    private void answer(ChannelHandlerContext context, CompletionStage<Reply> reply) {
        HttpRequest answered = head;
        head = null;
        if (answered == null) {
            throw new IllegalStateException("there is no request to answer");
        }
        atWork = true;
        CompletionStage<Reply> done =
                reply.whenComplete((given, failure) -> context.executor().execute(() -> atWork = false));
        context.fireChannelRead(new LongRequest(answered, () -> done));
    }

    /** Who has sent a body waits for what becomes of it, and says nothing meanwhile; nor does who is not read from. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent) || !atWork && untakenBytes == 0) {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Upload cutOff = upload;
        upload = null;
        if (cutOff != null) {
            cutOff.abandon();
        }
        context.fireChannelInactive();
    }
}
