package baton.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the encryption of a connection and the rest of it: tells who the client is when the handshake is done,
 * before any of its bytes pass, and names what went wrong if it is not.
 */
final class TlsGate extends ChannelInboundHandlerAdapter {
    private final TlsServer tls;
    private final ClientChannel client;
    private final InetSocketAddress remote;
    private final Complaints complaints;
    private boolean ended;

    TlsGate(TlsServer tls, ClientChannel client, InetSocketAddress remote, Complaints complaints) {
        this.tls = tls;
        this.client = client;
        this.remote = remote;
        this.complaints = complaints;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            end(context, done.isSuccess());
            if (done.isSuccess()) {
                client.secured(subject(context.pipeline().get(SslHandler.class)));
            } else if (!(done.cause() instanceof NotSslRecordException)) {
                complaints.about(remote, "TLS handshake failed", "cause=\"" + reason(done.cause()) + '"');
            }
        }
        if (event instanceof ChannelInputShutdownEvent && !ended) {
            // Half a handshake, and the other half will not come.
            context.close();
            return;
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context, false);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof NotSslRecordException) {
            complaints.about(remote, "not TLS on the TLS port; use clientPort, or switch TLS on in the client", "");
        }
        if (root instanceof StackOverflowError) {
            // The JDK's, over a certificate that nests too much. Past the encryption, which would go on with the
            // handshake.
            context.pipeline().firstContext().close();
        } else if (root instanceof SSLException) {
            context.close();
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private void end(ChannelHandlerContext context, boolean success) {
        if (!ended) {
            ended = true;
            tls.ended(context.channel(), success);
        }
    }

    private static @Nullable String subject(SslHandler handler) {
        try {
            return handler.engine().getSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException noneAskedOrGiven) {
            return null;
        }
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
