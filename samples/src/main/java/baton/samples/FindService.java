package baton.samples;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.registry.Pick;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceProvider;
import baton.recipes.registry.ServiceRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Two instances of a service announce themselves; a caller takes turns, until one of them fails it. */
public final class FindService {
    public static void main(String[] arguments) throws Exception {
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient client =
                        CoordinationClient.builder(core).build().start();
                ServiceRegistry<String> registry = ServiceRegistry.builder(client, "/shop/services", Codec.utf8())
                        .build()
                        .start()) {
            announce(registry, "one", 8081);
            announce(registry, "two", 8082);

            try (ServiceProvider<String> prices = registry.serviceProviderBuilder()
                    .serviceName("prices")
                    .build()
                    .start()) {
                prices.awaitInitial(Duration.ofSeconds(10));

                System.out.println("called: " + called(prices, 4));
                // Two failures in a row, and nobody is sent there for half a minute.
                System.out.println("called after one failed twice: " + called(prices, 4));
            }
        }
    }

    private static void announce(ServiceRegistry<String> registry, String id, int port) {
        ServiceInstance.Builder<String> instance = ServiceInstance.builder("prices");
        registry.register(instance.id(id).address("10.0.0.1").port(port).build())
                .awaitRegistered()
                .toCompletableFuture()
                .join();
    }

    private static Set<String> called(ServiceProvider<String> provider, int calls) {
        Set<String> ids = new TreeSet<>();
        for (int call = 0; call < calls; call++) {
            try (Pick<String> pick = provider.pick()) {
                ids.add(pick.instance().id());
                if (pick.instance().id().equals("one")) {
                    pick.failed();
                }
            }
        }
        return ids;
    }
}
