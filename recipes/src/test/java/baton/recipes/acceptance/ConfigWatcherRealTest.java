package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.FaultProxy;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.config.ConfigListener;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.ConfigSnapshot;
import baton.recipes.config.ConfigWatcher;
import baton.recipes.config.Rejection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Live configuration on every core: what is bad never shows, what is newest always does. */
@ParameterizedClass(name = "{0}")
@MethodSource("baton.recipes.acceptance.RealCore#ofThisRun")
class ConfigWatcherRealTest extends OnRealCore {
    /** What a watcher told its listener. */
    static final class Heard implements ConfigListener<Integer> {
        final List<Integer> values = new CopyOnWriteArrayList<>();
        final List<String> rejected = new CopyOnWriteArrayList<>();

        @Override
        public void changed(ConfigSnapshot<Integer> old, ConfigSnapshot<Integer> now) {
            values.add(now.value());
        }

        @Override
        public void rejected(Rejection rejection) {
            rejected.add(rejection.excerpt());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void badValuesNeverShowAndTheNextGoodOneDoes(boolean versioned) throws Exception {
        String path = "/bad/" + versioned;
        ConfigPublisher<String> publisher = publisher(client(), path, versioned);
        publisher.publishNow("1", "test", "");
        ConfigWatcher<Integer> watcher = closing(watcher(client(), path, versioned));
        Heard heard = new Heard();
        watcher.addListener(heard);
        watcher.start();
        assertThat(watcher.awaitReady(LONG)).isTrue();

        publisher.publishNow("nonsense", "test", "does not parse");
        Awaitility.await().until(() -> heard.rejected.size() == 1);
        assertThat(watcher.current()).isEqualTo(1);
        assertThat(watcher.snapshot().source()).isEqualTo(ConfigSnapshot.Source.LAST_GOOD);
        publisher.publishNow("-5", "test", "is not valid");
        Awaitility.await().until(() -> heard.rejected.size() == 2);
        assertThat(watcher.current()).isEqualTo(1);
        publisher.publishNow("2", "test", "");
        Awaitility.await().until(() -> watcher.current() == 2);

        assertThat(watcher.snapshot().source()).isEqualTo(ConfigSnapshot.Source.LIVE);
        Awaitility.await().untilAsserted(() -> assertThat(heard.values).containsExactly(2));
        assertThat(heard.rejected).containsExactly("nonsense", "-5");
    }

    @Test
    void theLastOfManyValuesArrivesThoughTheConnectionIsCutAllTheTime() throws Exception {
        ConfigPublisher<String> publisher = publisher(client(), "/cut", false);
        publisher.publishNow("1", "test", "");
        FaultProxy proxy = proxy();
        ConfigWatcher<Integer> watcher = closing(watcher(client(proxy, LONG), "/cut", false));
        Heard heard = new Heard();
        watcher.addListener(heard);
        watcher.start();
        assertThat(watcher.awaitReady(LONG)).isTrue();

        for (int value = 2; value <= 60; value++) {
            publisher.publishNow(Integer.toString(value), "test", "");
            if (value % 20 == 0) {
                proxy.cutOnce();
            }
        }

        Awaitility.await().until(() -> watcher.current() == 60);
        Awaitility.await().until(() -> heard.values.contains(60));
        assertThat(heard.values).isSorted().doesNotHaveDuplicates();
        assertThat(heard.rejected).isEmpty();
    }

    static ConfigPublisher<String> publisher(CoordinationClient client, String path, boolean versioned) {
        ConfigPublisher.Builder<String> builder = ConfigPublisher.builder(client, path, Codec.utf8());
        return (versioned ? builder.versioned() : builder).build();
    }

    /** Takes positive numbers only. */
    static ConfigWatcher<Integer> watcher(CoordinationClient client, String path, boolean versioned) {
        Codec<Integer> decimal = Codec.of(
                "text/plain",
                value -> Codec.utf8().encode(value.toString()),
                data -> Integer.parseInt(Codec.utf8().decode(data)));
        ConfigWatcher.Builder<Integer> builder = ConfigWatcher.builder(client, path, decimal)
                .validator(value -> {
                    if (value <= 0) {
                        throw new IllegalArgumentException(value + ": must be positive");
                    }
                });
        return (versioned ? builder.versioned() : builder).build();
    }
}
