package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.FaultProxy;
import baton.core.testkit.JavaProcess;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.registry.Registration;
import baton.recipes.registry.ServiceCache;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceProvider;
import baton.recipes.registry.ServiceRegistry;
import baton.recipes.registry.UriSpec;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Which instances callers find when providers die and are cut off for real. */
@ParameterizedClass(name = "{0}")
@MethodSource("baton.recipes.acceptance.RealCore#ofThisRun")
class ServiceRegistryRealTest extends OnRealCore {
    @Test
    void aKilledProviderIsGoneInTimeAndTheOtherServesOn() throws Exception {
        JavaProcess process = participant("provider", "/killed");
        process.awaitLine("registered", LONG);
        get(registry(client(), "/killed").register(instance("stays")).awaitRegistered());
        ServiceRegistry<String> consumer = registry(client(), "/killed");
        ServiceCache<String> cache = closing(consumer.serviceCache("echo"));
        ServiceProvider<String> provider = provider(consumer);
        awaitInstances(cache, ParticipantProcess.ID, "stays");
        CompletableFuture<Long> noticed = new CompletableFuture<>();
        cache.addListener((before, after) -> noticed.complete(System.nanoTime()));

        long killedAtNanos = System.nanoTime();
        process.kill();

        assertThat(get(noticed) - killedAtNanos).isBetween(0L, noticedMax().toNanos());
        assertThat(ids(cache.getInstances())).containsExactly("stays");
        for (int call = 0; call < 4; call++) {
            assertThat(provider.pick().instance().id()).isEqualTo("stays");
        }
    }

    @Test
    void nobodySeesAnInstanceGoThatWasCutOffForAMoment() throws Exception {
        FaultProxy proxy = proxy();
        Registration<String> registration =
                registry(client(proxy, LONG), "/cut").register(instance("cut"));
        get(registration.awaitRegistered());
        ServiceCache<String> cache = closing(registry(client(), "/cut").serviceCache("echo"));
        awaitInstances(cache, "cut");
        Queue<List<String>> seen = new ConcurrentLinkedQueue<>();
        cache.addListener((before, after) -> seen.add(ids(after)));

        for (int round = 0; round < 3; round++) {
            int port = 8000 + round;
            proxy.cutOnce();
            get(registration.update(
                    registration.instance().toBuilder().port(port).build()));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(cache.getInstances())
                            .extracting(each -> each.port().orElse(0))
                            .containsExactly(port));
        }

        assertThat(seen).isNotEmpty().allSatisfy(ids -> assertThat(ids).containsExactly("cut"));
    }

    @Test
    void batonAndCuratorFindEachOthersInstances() throws Exception {
        assumeTrue(kind.hasZnodes(), "Curator knows znodes only");
        ServiceRegistry<String> ours = closing(ServiceRegistry.builder(client(), "/shared", Codec.utf8())
                .curatorJson()
                .build()
                .start());
        ServiceDiscovery<String> theirs = discovery("/shared");
        ServiceInstance<String> instance = ServiceInstance.<String>builder("echo")
                .id("ours")
                .address("10.0.0.1")
                .port(8080)
                .payload("of baton")
                .uriSpec(UriSpec.of("{scheme}://{address}:{port}/api"))
                .build();

        Registration<String> registration = ours.register(instance);
        get(registration.awaitRegistered());
        org.apache.curator.x.discovery.ServiceInstance<String> seenByCurator = theirs.queryForInstance("echo", "ours");
        theirs.registerService(org.apache.curator.x.discovery.ServiceInstance.<String>builder()
                .name("echo")
                .id("theirs")
                .address("10.0.0.2")
                .port(9090)
                .payload("of curator")
                .uriSpec(new org.apache.curator.x.discovery.UriSpec("{scheme}://{address}:{port}/api"))
                .build());
        ServiceCache<String> cache = closing(ours.serviceCache("echo"));
        awaitInstances(cache, "ours", "theirs");
        ServiceInstance<String> seenByUs = ours.queryForInstance("echo", "theirs");

        assertThat(theirs.queryForNames()).containsExactly("echo");
        assertThat(seenByCurator.getPayload()).isEqualTo("of baton");
        assertThat(seenByCurator.isEnabled()).isTrue();
        assertThat(seenByCurator.buildUriSpec()).isEqualTo("http://10.0.0.1:8080/api");
        assertThat(seenByUs.payload()).contains("of curator");
        assertThat(seenByUs.uri()).contains("http://10.0.0.2:9090/api");

        registration.close();
        awaitInstances(cache, "theirs");
        assertThat(theirs.queryForInstances("echo"))
                .extracting(org.apache.curator.x.discovery.ServiceInstance::getId)
                .containsExactly("theirs");
    }

    private ServiceDiscovery<String> discovery(String path) throws Exception {
        CuratorFramework curator =
                closing(CuratorFrameworkFactory.newClient(store().connectString(), new RetryOneTime(100)));
        curator.start();
        ServiceDiscovery<String> discovery = closing(ServiceDiscoveryBuilder.builder(String.class)
                .client(curator)
                .basePath(path)
                .build());
        discovery.start();
        return discovery;
    }

    private ServiceRegistry<String> registry(CoordinationClient client, String path) {
        return closing(
                ServiceRegistry.builder(client, path, Codec.utf8()).build().start());
    }

    private ServiceProvider<String> provider(ServiceRegistry<String> registry) {
        return closing(
                registry.serviceProviderBuilder().serviceName("echo").build().start());
    }

    private static ServiceInstance<String> instance(String id) {
        return ServiceInstance.<String>builder("echo").id(id).build();
    }

    private static void awaitInstances(ServiceCache<String> cache, String... ids) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(ids(cache.getInstances())).containsExactlyInAnyOrder(ids));
    }

    private static List<String> ids(List<ServiceInstance<String>> instances) {
        return instances.stream().map(ServiceInstance::id).toList();
    }
}
