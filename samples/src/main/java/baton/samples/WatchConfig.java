package baton.samples;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.codec.RecordCodec;
import baton.recipes.config.ConfigListener;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.ConfigSnapshot;
import baton.recipes.config.ConfigWatcher;
import baton.recipes.config.Rejection;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Somebody edits the limits: a good value, one that is no number, a good one again. The bad one is never current. */
public final class WatchConfig {
    record Limits(int requestsPerSecond, Duration timeout) {}

    public static void main(String[] arguments) throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient client = CoordinationClient.builder(core)
                        .namespace("/shop")
                        .build()
                        .start();
                ConfigWatcher<Limits> limits = ConfigWatcher.builder(client, "/limits", RecordCodec.of(Limits.class))
                        .build()) {
            // Writes text as an editor would. With the codec above it would refuse the bad value before writing it.
            ConfigPublisher<String> editor =
                    ConfigPublisher.builder(client, "/limits", Codec.utf8()).build();
            editor.publishNow("requestsPerSecond=100\ntimeout=2s\n", "ann", "opening day");
            limits.addListener(new ConfigListener<>() {
                @Override
                public void changed(ConfigSnapshot<Limits> old, ConfigSnapshot<Limits> now) {
                    told.add("changed: " + now.value());
                }

                @Override
                public void rejected(Rejection rejection) {
                    told.add("rejected: " + rejection.reason());
                }
            });
            limits.start();
            limits.awaitReady(Duration.ofSeconds(10));
            System.out.println("first: " + limits.current());

            editor.publishNow("requestsPerSecond=many\ntimeout=2s\n", "ann", "a slip");
            System.out.println(told.poll(10, TimeUnit.SECONDS));
            System.out.println("current: " + limits.current());

            editor.publishNow("requestsPerSecond=500\ntimeout=1s\n", "ann", "mended");
            System.out.println(told.poll(10, TimeUnit.SECONDS));
        }
    }
}
