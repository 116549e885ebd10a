package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.server.config.LimitSettings;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends the server wherever it shows, and what only costs a connection. */
class LastResortTest {
    private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("client", 1);

    private final List<Throwable> failures = new ArrayList<>();

    static List<Error> fatal() {
        return List.of(
                new OutOfMemoryError("no buffer"),
                new StackOverflowError(),
                new InternalError("a file that is mapped was cut"),
                new NoClassDefFoundError("baton/Gone"),
                new ExceptionInInitializerError("no library"));
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void whatNobodyCanGoOnFromEndsTheServer(Error error) {
        LastResort lastResort = failures::add;

        lastResort.lookAt(error);
        lastResort.lookAt(new CompletionException(new IllegalStateException(error)));

        assertThat(failures).containsExactly(error, error);
    }

    @Test
    void whatConcernsOneRequestDoesNot() {
        LastResort lastResort = failures::add;

        lastResort.lookAt(null);
        lastResort.lookAt(new IOException("reset"));
        lastResort.lookAt(new IllegalStateException("a bug", new IOException("reset")));
        lastResort.lookAt(new AssertionError("a bug"));

        assertThat(failures).isEmpty();
    }

    /** The JDK reads certificates by recursion, those of strangers too, and looks for what they name. */
    @Test
    void noStrangersCertificateCanBeBadEnough() {
        LastResort lastResort = failures::add;
        OutOfMemoryError noBuffer = new OutOfMemoryError("no buffer");

        lastResort.lookAt(new DecoderException(new StackOverflowError()));
        lastResort.lookAt(new DecoderException(new NoClassDefFoundError("of a name in it")));
        lastResort.lookAt(new DecoderException(noBuffer));

        assertThat(failures).containsExactly(noBuffer);
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void whatOurOwnCodeMakesOfAClientsBytesIsLookedAt(Error error) {
        EmbeddedChannel channel = new EmbeddedChannel();
        TransportLoop loop = SimulatedPort.loop(channel.eventLoop(), 0, GatheringWrite.NONE, failures::add);
        channel.pipeline()
                .addLast(new ClientChannel(
                        channel, CLIENT, SimulatedPort.port(loop, LimitSettings.DEFAULT), client -> failing(error)));

        channel.writeInbound(Unpooled.buffer().writeInt(1).writeByte(0));

        assertThat(failures).containsExactly(error);
        assertThat(channel.isOpen()).isFalse();
    }

    /** Fails over the first frame. */
    private static ClientInput failing(Error error) {
        return (ClientInput) Proxy.newProxyInstance(
                ClientInput.class.getClassLoader(), new Class<?>[] {ClientInput.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("frame")) {
                        throw error;
                    }
                    return null;
                });
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void whatALoopDoesLaterIsLookedAtToo(Error error) {
        EmbeddedChannel channel = new EmbeddedChannel();
        TransportLoop loop = SimulatedPort.loop(channel.eventLoop(), 0, GatheringWrite.NONE, failures::add);

        loop.execute(() -> {
            throw error;
        });

        assertThatThrownBy(channel::runPendingTasks).isSameAs(error);
        assertThat(failures).containsExactly(error);
    }
}
