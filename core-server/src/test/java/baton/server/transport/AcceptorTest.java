package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection is let in or closed: none stays that nobody looks after. */
class AcceptorTest {
    private static final int WAIT_SECONDS = 60;

    private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, WAIT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void aBugClosesTheConnection() {
        assertClosed("bug", accepted -> {
            throw new IllegalStateException("for the test");
        });

        assertThat(failed).isNotDone();
    }

    @Test
    void wantOfMemoryClosesTheConnectionAndEndsTheServer() {
        assertClosed("memory", accepted -> {
            throw new OutOfMemoryError("for the test");
        });

        assertThat(failed).succeedsWithin(Duration.ofSeconds(WAIT_SECONDS));
    }

    private void assertClosed(String name, Acceptor.Door door) {
        LocalAddress address = new LocalAddress(AcceptorTest.class.getName() + "-" + name);
        LocalServerChannel port = new LocalServerChannel();
        port.pipeline().addLast(new Acceptor(group, door, failed::complete));
        group.register(port).syncUninterruptibly();
        port.bind(address).syncUninterruptibly();

        Channel client = new Bootstrap()
                .group(group)
                .channel(LocalChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .syncUninterruptibly()
                .channel();

        assertThat(client.closeFuture().awaitUninterruptibly(WAIT_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }
}
