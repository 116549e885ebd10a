package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** Connections whose descriptors have no numbers that can be seen. */
class ClientDescriptorsTest {
    @Test
    void connectionsAreCountedBesideWhatOthersHaveUntilTheyClose() {
        ClientDescriptors descriptors = new ClientDescriptors(5, 3);
        EmbeddedChannel first = new EmbeddedChannel();
        assertThat(descriptors.hasRoomFor(first)).isTrue();
        assertThat(descriptors.hasRoomFor(new EmbeddedChannel())).isTrue();
        assertThat(descriptors.hasRoomFor(new EmbeddedChannel())).isFalse();
        assertThat(descriptors.hasRoomFor(new EmbeddedChannel())).isFalse();

        first.close();

        assertThat(descriptors.hasRoomFor(new EmbeddedChannel())).isTrue();
        assertThat(descriptors.hasRoomFor(new EmbeddedChannel())).isFalse();
    }

    @Test
    void nobodyIsLetInWhereOthersHaveThemAll() {
        assertThat(new ClientDescriptors(5, 5).hasRoomFor(new EmbeddedChannel()))
                .isFalse();
        assertThat(new ClientDescriptors(5, 7).hasRoomFor(new EmbeddedChannel()))
                .isFalse();
    }

    @Test
    void withoutALimitEverybodyIsLetIn() {
        assertThat(new ClientDescriptors(Integer.MAX_VALUE, 0).hasRoomFor(new EmbeddedChannel()))
                .isTrue();
    }
}
