package baton.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;

/**
 * Hands everything that comes in to the next handler, but for what is overridden.
 *
 * <p>Netty's adapter for that is told by annotations what it need not be asked for. To read the first annotation of all takes
 * the JDK twenty milliseconds of a start.
 */
interface PassingOn extends ChannelInboundHandler {
    @Override
    default void handlerAdded(ChannelHandlerContext context) {}

    @Override
    default void handlerRemoved(ChannelHandlerContext context) {}

    @Override
    default void channelRegistered(ChannelHandlerContext context) {
        context.fireChannelRegistered();
    }

    @Override
    default void channelUnregistered(ChannelHandlerContext context) {
        context.fireChannelUnregistered();
    }

    @Override
    default void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
    }

    @Override
    default void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
    }

    @Override
    default void channelRead(ChannelHandlerContext context, Object message) {
        context.fireChannelRead(message);
    }

    @Override
    default void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
    }

    @Override
    default void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
    }

    @Override
    default void channelWritabilityChanged(ChannelHandlerContext context) {
        context.fireChannelWritabilityChanged();
    }

    @Override
    default void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.fireExceptionCaught(cause);
    }
}
