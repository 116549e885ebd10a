package baton.recipes.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.ClosedException;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.sim.Failure;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceRegistryTest {
    private final SimulatedWorld world = new SimulatedWorld(23);
    private final ServiceRegistry<String> announcing = registry(world, "server");
    private final ServiceRegistry<String> looking = registry(world, "caller");
    private final ServiceCache<String> cache = looking.serviceCache("web");
    private final List<List<String>> seen = new ArrayList<>();

    ServiceRegistryTest() {
        cache.addListener((before, now) -> seen.add(payloads(now)));
    }

    @Nested
    class Registering {
        @Test
        void isSeenByCallersWithinASecond() {
            Registration<String> registration = announcing.register(instance("w1", "one"));

            world.get("registered", registration.awaitRegistered());
            world.runFor(Duration.ofSeconds(1));

            assertThat(seen).containsExactly(List.of("one"));
            assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
            assertThat(cache.getInstances().get(0).registrationTimeUTC()).isPositive();
        }

        @Test
        void updatesArriveInOrder() {
            Registration<String> registration = registered("w1", "0");
            for (int i = 1; i <= 50; i++) {
                registration.update(instance("w1", "" + i));
                world.runFor(Duration.ofMillis(world.simulation().nextInt(40)));
            }
            world.runFor(Duration.ofSeconds(1));

            List<Integer> heard =
                    seen.stream().map(now -> Integer.valueOf(now.get(0))).toList();
            assertThat(heard).isSorted().endsWith(50);
        }

        @Test
        void anUpdateIsOfTheSameInstance() {
            Registration<String> registration = registered("w1", "one");

            assertThatThrownBy(() -> registration.update(instance("w2", "two")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("name, id and type must stay");
        }

        @Test
        void drainingTakesOutOfServiceFirstAndUnregistersAfterTheGrace() {
            Registration<String> registration = registered("w1", "one");
            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder());

            var drained = registration.drain(Duration.ofSeconds(10));
            world.runFor(Duration.ofSeconds(5));

            assertThat(registration.state()).isEqualTo(RegistrationState.DRAINING);
            assertThat(cache.getInstances()).hasSize(1);
            assertThat(provider.getInstance()).isNull();
            world.get("drained", drained);
            assertThat(world.store().children("/services/web")).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(ServiceType.class)
        void eachTypeGoesWhenItIsUnregistered(ServiceType type) {
            Registration<String> registration = announcing.register(
                    instance("w1", "one").toBuilder().serviceType(type).build());
            world.get("registered", registration.awaitRegistered());
            assertThat(world.store().children("/services/web")).hasSize(1);
            assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);

            registration.close();
            world.runFor(Duration.ofSeconds(2));

            assertThat(world.store().children("/services/web")).isEmpty();
            assertThat(registration.state()).isEqualTo(RegistrationState.UNREGISTERED);
        }

        @Test
        void theRegistryTakesAllAwayButWhatIsPermanent() {
            for (ServiceType type : ServiceType.values()) {
                world.get(
                        "registered",
                        announcing
                                .register(instance(type.name(), "").toBuilder()
                                        .serviceType(type)
                                        .build())
                                .awaitRegistered());
            }

            announcing.close();
            announcing.close();
            world.runFor(Duration.ofSeconds(2));

            assertThat(world.store().children("/services/web"))
                    .extracting(node -> node.path().name())
                    .containsExactly("PERMANENT");
            assertThatThrownBy(() -> announcing.register(instance("w1", ""))).isInstanceOf(ClosedException.class);
        }

        @Test
        void whatIsPermanentIsNotAnnouncedAgain() {
            Registration<String> registration = announcing.register(instance("w1", "one").toBuilder()
                    .serviceType(ServiceType.PERMANENT)
                    .build());
            world.get("registered", registration.awaitRegistered());

            world.store().deleteAll(NodePath.of("/services/web/w1"));
            world.store().faults().expire("server");
            world.runFor(Duration.ofSeconds(20));

            assertThat(world.store().children("/services/web")).isEmpty();
        }

        @Test
        void aRestartedProcessTakesTheEntryOfItsDeadPredecessorOver() {
            SimulatedWorld.Member mortal = world.member("mortal");
            ServiceRegistry<String> first = registry(mortal.client());
            world.get("registered", first.register(instance("w1", "first")).awaitRegistered());
            world.runFor(Duration.ofSeconds(1));

            mortal.process().kill();
            ServiceRegistry<String> second = registry(world.client("reborn"));
            world.until("connected", () -> second.runtime().liveSession().isPresent());
            Registration<String> again = second.register(instance("w1", "second"));
            world.get("registered", again.awaitRegistered());
            world.runFor(Duration.ofMinutes(1));

            assertThat(seen).containsExactly(List.of("first"), List.of("second"));
        }
    }

    @Nested
    class WithAnIdThatIsTaken {
        @Test
        void theOneThatLivesKeepsItAndTheOtherWaits() {
            SimulatedWorld.Member first = world.member("first");
            world.get(
                    "registered",
                    registry(first.client()).register(at(80, "first")).awaitRegistered());
            Registration<String> second = registry(world, "second").register(at(81, "second"));
            world.runFor(Duration.ofMinutes(1));

            assertThat(seen).containsExactly(List.of("first"));
            assertThat(second.state()).isEqualTo(RegistrationState.REGISTERING);

            first.process().kill();
            world.get("registered", second.awaitRegistered());
            world.runFor(Duration.ofMinutes(1));

            assertThat(seen).endsWith(List.of("second"));
        }

        @Test
        void twoThatSayTheyAreTheSameDoNotFight() {
            world.get("registered", announcing.register(at(80, "first")).awaitRegistered());
            world.runFor(Duration.ofSeconds(1));
            world.get(
                    "registered",
                    registry(world, "second").register(at(80, "second")).awaitRegistered());
            long writes = writes();
            world.runFor(Duration.ofMinutes(1));

            assertThat(seen).containsExactly(List.of("first"), List.of("second"));
            assertThat(writes()).isLessThanOrEqualTo(writes + 1);
        }

        @Test
        void theEntryOfItsOwnOldSessionIsTakenOverInOneStep() {
            Registration<String> registration = registered("w1", "one");
            registration.update(instance("w1", "two"));
            world.runFor(Duration.ofSeconds(1));
            long before = createRevision("w1");

            // The client gives up its session while the store, standing still, keeps the entry of the old one.
            world.store().faults().blackhole("server", SimulatedWorld.TIMEOUT.multipliedBy(2));
            world.until("replaced", () -> newestCreateRevision() > before);
            world.runFor(Duration.ofMinutes(1));

            // Nobody saw it go.
            assertThat(seen).containsExactly(List.of("one"), List.of("two"));
        }

        private ServiceInstance<String> at(int port, String payload) {
            return instance("w1", payload).toBuilder().port(port).build();
        }
    }

    @Nested
    class WhenConnectionsBreak {
        @Test
        void aShortCutOfAServerIsSeenByNobody() {
            registered("w1", "one");
            long before = createRevision("w1");
            seen.clear();

            for (int round = 0; round < 20; round++) {
                world.store().faults().cut("server", SimulatedWorld.TIMEOUT.dividedBy(2));
                world.runFor(SimulatedWorld.TIMEOUT);
            }

            assertThat(seen).isEmpty();
            assertThat(createRevision("w1")).isEqualTo(before);
        }

        @Test
        void aKilledServerIsGoneWithinItsTimeout() {
            SimulatedWorld.Member mortal = world.member("mortal");
            world.get(
                    "registered",
                    registry(mortal.client()).register(instance("w1", "one")).awaitRegistered());
            world.until("seen", () -> cache.getInstances().size() == 1);

            mortal.process().kill();

            world.until(
                    "gone",
                    SimulatedWorld.TIMEOUT.plusSeconds(1),
                    () -> cache.getInstances().isEmpty());
        }

        @Test
        void anExpiredServerComesBackWithTheNewestData() {
            Registration<String> registration = registered("w1", "old");
            long before = createRevision("w1");
            registration.update(instance("w1", "new"));

            world.store().faults().expire("server");
            world.runFor(Duration.ofSeconds(5));

            assertThat(payloads(cache.getInstances())).containsExactly("new");
            assertThat(createRevision("w1")).isGreaterThan(before);
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17})
        void whatIsUpdatedOrUnregisteredWhileDisconnectedEndsUpRight(long seed) {
            SimulatedWorld rough = new SimulatedWorld(seed);
            ServiceRegistry<String> servers = registry(rough, "server");
            ServiceCache<String> shown = registry(rough, "caller").serviceCache("web");
            Map<String, Registration<String>> open = new TreeMap<>();
            Map<String, String> expected = new TreeMap<>();

            for (int round = 0; round < 60; round++) {
                switch (rough.simulation().nextInt(5)) {
                    case 0 -> rough.store().faults().cut("server", Duration.ofSeconds(1));
                    case 1 -> rough.store().faults().cut("server", SimulatedWorld.TIMEOUT.multipliedBy(2));
                    case 2 -> rough.store().faults().expire("server");
                    case 3 -> rough.store().faults().dropNextReply(OpKind.WRITE);
                    default -> rough.store().faults().dropNextReply(OpKind.DELETE);
                }
                String id = "w" + rough.simulation().nextInt(4);
                Registration<String> known = open.get(id);
                if (known == null) {
                    open.put(id, servers.register(instance(id, "v" + round)));
                    expected.put(id, "v" + round);
                } else if (rough.simulation().nextInt(2) == 0) {
                    known.update(instance(id, "v" + round));
                    expected.put(id, "v" + round);
                } else {
                    known.close();
                    open.remove(id);
                    expected.remove(id);
                }
                rough.runFor(Duration.ofMillis(rough.simulation().nextInt(2500)));
            }
            rough.runFor(SimulatedWorld.TIMEOUT.multipliedBy(6));

            Map<String, String> found = new TreeMap<>();
            shown.getInstances()
                    .forEach(each -> found.put(each.id(), each.payload().orElseThrow()));
            assertThat(found).isEqualTo(expected);
        }

        @ParameterizedTest
        @EnumSource(Failure.class)
        void whateverHappensToAServerItsNewestInstanceIsFound(Failure failure) {
            SimulatedWorld.Member struck = world.member("struck");
            Registration<String> registration = registry(struck.client()).register(instance("w1", "one"));
            world.get("registered", registration.awaitRegistered());
            world.until("seen", () -> seen.size() == 1);
            seen.clear();

            failure.strike(world.store(), struck.process(), SimulatedWorld.TIMEOUT);
            registration.update(instance("w1", "two"));
            world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(7));

            assertThat(payloads(cache.getInstances())).containsExactly("two");
            assertThat(cache.isStale()).isFalse();
            if (failure.goesUnnoticed()) {
                assertThat(seen).containsExactly(List.of("two"));
            }
        }

        @ParameterizedTest
        @EnumSource(Failure.class)
        void whateverHappensToACallerItNeverSeesNothingAndThenWhatIsThere(Failure failure) {
            registered("w1", "one");
            SimulatedWorld.Member struck = world.member("struck");
            ServiceProvider<String> provider = registry(struck.client())
                    .serviceProviderBuilder()
                    .serviceName("web")
                    .build()
                    .start();
            world.until("loaded", () -> !provider.isStale());

            failure.strike(world.store(), struck.process(), SimulatedWorld.TIMEOUT);
            for (int i = 0; i < 30; i++) {
                world.runFor(SimulatedWorld.TIMEOUT.dividedBy(4));
                assertThat(provider.getAllInstances()).isNotEmpty();
            }
            registered("w2", "two");
            world.runFor(Duration.ofSeconds(2));

            assertThat(payloads(List.copyOf(provider.getAllInstances()))).containsExactly("one", "two");
            assertThat(provider.isStale()).isFalse();
        }

        @Test
        void aStoreThatIsAwayAtTheStartIsWaitedFor() {
            world.store().faults().restart(Duration.ofMinutes(3));
            Registration<String> late = registry(world, "late").register(instance("w1", "one"));
            world.runFor(Duration.ofMinutes(2));
            assertThat(late.state()).isEqualTo(RegistrationState.REGISTERING);

            world.runFor(Duration.ofMinutes(2));

            assertThat(late.state()).isEqualTo(RegistrationState.REGISTERED);
            assertThat(payloads(cache.getInstances())).containsExactly("one");
        }

        @Test
        void twoHundredInstancesComeBackSpreadOut() {
            for (int i = 0; i < 200; i++) {
                announcing.register(instance("w" + i, ""));
            }
            world.until("all there", () -> cache.getInstances().size() == 200);
            long writes = writes();
            long newest = newestCreateRevision();

            world.store().faults().expire("server");
            long inTenth = 0;
            for (int tenth = 0; tenth < 100; tenth++) {
                long before = writes();
                world.runFor(Duration.ofMillis(100));
                inTenth = Math.max(inTenth, writes() - before);
            }
            world.runFor(Duration.ofSeconds(10));

            assertThat(world.store().children("/services/web"))
                    .hasSize(200)
                    .allSatisfy(node -> assertThat(node.stat().createRev()).isGreaterThan(newest));
            assertThat(cache.getInstances()).hasSize(200);
            assertThat(writes() - writes).isLessThanOrEqualTo(400);
            assertThat(inTenth).isLessThanOrEqualTo(60);
        }

        @Test
        void aCallerThatIsCutOffGoesOnWithWhatItKnewAndRecovers() {
            registered("w1", "one");
            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder());
            List<Boolean> stale = new ArrayList<>();
            cache.addListener(new ServiceCacheListener<>() {
                @Override
                public void instancesChanged(List<ServiceInstance<String>> before, List<ServiceInstance<String>> now) {}

                @Override
                public void stale(boolean isStale) {
                    stale.add(isStale);
                }
            });

            world.store().faults().cut("caller", SimulatedWorld.TIMEOUT.multipliedBy(3));
            world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(2));
            assertThat(Optional.ofNullable(provider.getInstance()).flatMap(ServiceInstance::payload))
                    .contains("one");
            world.until("fresh", () -> !provider.isStale());
            registered("w2", "two");

            assertThat(payloads(cache.getInstances())).containsExactly("one", "two");
            assertThat(stale).containsExactly(true, false);
        }

        @Test
        void whatIsTooOldIsNotGivenAwayIfSo() {
            registered("w1", "one");
            ServiceProvider<String> provider =
                    provider(looking.serviceProviderBuilder().maxStale(Duration.ofSeconds(20)));

            world.store().faults().restart(Duration.ofMinutes(1));
            world.runFor(Duration.ofSeconds(10));
            assertThat(provider.getAllInstances()).hasSize(1);
            world.runFor(Duration.ofSeconds(20));

            assertThat(provider.getAllInstances()).isEmpty();
            assertThatThrownBy(provider::getInstance)
                    .isInstanceOf(NoInstanceException.class)
                    .hasMessageContaining("not heard of for");
        }
    }

    @Nested
    class Looking {
        @Test
        void poisonIsLeftOutAndHarmsNoOther() {
            world.store().put(NodePath.of("/services/web/poison"), Payload.utf8("{\"name\":"));

            registered("w1", "one");

            assertThat(payloads(cache.getInstances())).containsExactly("one");
        }

        @Test
        void allUsersOfAServiceShareOneSubscription() {
            world.until("looking", () -> !cache.isStale());
            int before = world.store().registrations();

            List<AutoCloseable> users = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                users.add(looking.serviceCache("web"));
                users.add(provider(looking.serviceProviderBuilder()));
            }

            assertThat(world.store().registrations()).isEqualTo(before);
            users.forEach(ServiceRegistryTest::close);
            cache.close();
            world.runFor(Duration.ofSeconds(1));
            assertThat(world.store().registrations()).isEqualTo(before - 1);
        }

        @Test
        void openingAndClosingOftenLeavesNothing() {
            world.until("looking", () -> !cache.isStale());
            int before = world.store().registrations();

            for (int i = 0; i < 10_000; i++) {
                ServiceProvider<String> provider = looking.serviceProviderBuilder()
                        .serviceName("other")
                        .build()
                        .start();
                if (i % 10 == 0) {
                    world.runFor(Duration.ofMillis(3));
                }
                provider.close();
            }
            world.runFor(Duration.ofSeconds(1));

            assertThat(world.store().registrations()).isEqualTo(before);
        }

        @Test
        void queriesAskTheStore() throws InterruptedException {
            try (SimulatedStore store = SimulatedStore.inProcess();
                    CoordinationClient client = CoordinationClient.builder(store.core("real"))
                            .build()
                            .start();
                    ServiceRegistry<String> registry = registry(client)) {
                ServiceProvider<String> provider = registry.serviceProviderBuilder()
                        .serviceName("web")
                        .build()
                        .start();
                assertThat(provider.awaitInitial(Duration.ofSeconds(20))).isTrue();
                assertThat(registry.queryForNames()).isEmpty();

                registry.register(instance("w1", "one"))
                        .awaitRegistered()
                        .toCompletableFuture()
                        .join();
                store.put(NodePath.of("/services/web/poison"), Payload.EMPTY);

                assertThat(registry.queryForNames()).containsExactly("web");
                assertThat(payloads(List.copyOf(registry.queryForInstances("web"))))
                        .containsExactly("one");
                assertThat(Optional.ofNullable(registry.queryForInstance("web", "w1")))
                        .isPresent();
                assertThat(Optional.ofNullable(registry.queryForInstance("web", "poison")))
                        .isEmpty();
                assertThat(Optional.ofNullable(registry.queryForInstance("web", "nobody")))
                        .isEmpty();
            }
        }
    }

    @Nested
    class Picking {
        @Test
        void passesOverWhoIsOutOfServiceDownOrFilteredOut() {
            registered("w1", "good");
            announcing.register(instance("w2", "off").toBuilder().enabled(false).build());
            announcing.register(instance("w3", "sick").toBuilder()
                    .health(ServiceHealth.DOWN)
                    .build());
            announcing.register(instance("w4", "old").toBuilder().version("1").build());
            world.until("all there", () -> cache.getInstances().size() == 4);

            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder()
                    .filter(instance -> !instance.version().equals("1")));

            assertThat(payloads(List.copyOf(provider.getAllInstances()))).containsExactly("good");
        }

        @Test
        void saysSoWhenNothingIsKnownYet() {
            world.store().faults().restart(Duration.ofSeconds(30));
            ServiceProvider<String> provider = registry(world, "late")
                    .serviceProviderBuilder()
                    .serviceName("web")
                    .build()
                    .start();

            assertThatThrownBy(provider::getInstance)
                    .isInstanceOf(NoInstanceException.class)
                    .hasMessageContaining("not heard of yet");
        }

        @Test
        void ejectsAnInstanceAfterErrorsForTwiceAsLongEachTime() {
            four();
            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder());
            ServiceInstance<String> bad = cache.getInstances().get(0);

            provider.noteError(bad);
            assertThat(provider.getAllInstances()).contains(bad);
            provider.noteError(bad);
            assertThat(provider.getAllInstances()).doesNotContain(bad).hasSize(3);

            world.runFor(Duration.ofSeconds(31));
            assertThat(provider.getAllInstances()).contains(bad);
            provider.noteError(bad);
            assertThat(provider.getAllInstances()).doesNotContain(bad);
            world.runFor(Duration.ofSeconds(59));
            assertThat(provider.getAllInstances()).doesNotContain(bad);
            world.runFor(Duration.ofSeconds(2));
            assertThat(provider.getAllInstances()).contains(bad);
        }

        @Test
        void aSuccessForgivesAndSoDoesBeingQuiet() {
            four();
            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder());
            ServiceInstance<String> bad = cache.getInstances().get(0);

            provider.noteError(bad);
            provider.noteSuccess(bad, Duration.ofMillis(1));
            provider.noteError(bad);
            assertThat(provider.getAllInstances()).contains(bad);
            world.runFor(Duration.ofMinutes(6));
            provider.noteError(bad);

            assertThat(provider.getAllInstances()).contains(bad);
        }

        @Test
        void anotherIncarnationIsForgiven() {
            four();
            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder());
            ServiceInstance<String> bad = cache.getInstances().get(0);
            provider.noteError(bad);
            provider.noteError(bad);
            assertThat(provider.getAllInstances()).hasSize(3);

            world.store().faults().expire("server");
            world.runFor(Duration.ofSeconds(5));

            assertThat(provider.getAllInstances()).hasSize(4);
        }

        @Test
        void panicsWhenMoreThanHalfSeemBad() {
            four();
            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder());
            List<ServiceInstance<String>> all = cache.getInstances();
            for (int i = 0; i < 2; i++) {
                provider.noteError(all.get(i));
                provider.noteError(all.get(i));
            }
            assertThat(provider.getAllInstances()).hasSize(2);

            provider.noteError(all.get(2));
            provider.noteError(all.get(2));

            assertThat(provider.getAllInstances()).hasSize(4);
        }

        @Test
        void countsOpenPicksAndEjectsByTheirOutcome() {
            four();
            ServiceProvider<String> provider =
                    provider(looking.serviceProviderBuilder().providerStrategy(new LeastOutstandingStrategy<>()));
            Map<String, Integer> calls = new TreeMap<>();
            List<Pick<String>> open = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Pick<String> pick = provider.pick();
                calls.merge(pick.instance().id(), 1, Integer::sum);
                open.add(pick);
            }

            assertThat(calls.values())
                    .hasSize(4)
                    .allSatisfy(count -> assertThat(count).isBetween(95, 105));
            open.forEach(pick -> {
                if (pick.instance().id().equals("w0")) {
                    pick.failed();
                }
                pick.close();
                pick.close();
            });
            assertThat(provider.getAllInstances())
                    .extracting(ServiceInstance::id)
                    .containsExactly("w1", "w2", "w3");
        }

        @Test
        void aNewInstanceGetsItsShareBitByBit() {
            registered("w1", "old");
            world.runFor(Duration.ofSeconds(200));
            ServiceProvider<String> provider = provider(looking.serviceProviderBuilder()
                    .providerStrategy(new WeightedRandomStrategy<>())
                    .rampUp(Duration.ofSeconds(100)));
            registered("w2", "new");

            double cold = shareOf("w2", provider);
            world.runFor(Duration.ofSeconds(50));
            double warm = shareOf("w2", provider);
            world.runFor(Duration.ofSeconds(60));
            double hot = shareOf("w2", provider);

            assertThat(cold).isBetween(0.05, 0.14);
            assertThat(warm).isBetween(0.28, 0.39);
            assertThat(hot).isBetween(0.45, 0.55);
        }

        private double shareOf(String id, ServiceProvider<String> provider) {
            int hits = 0;
            for (int i = 0; i < 5000; i++) {
                ServiceInstance<String> chosen = provider.getInstance();
                hits += chosen != null && chosen.id().equals(id) ? 1 : 0;
            }
            return hits / 5000.0;
        }

        private void four() {
            for (int i = 0; i < 4; i++) {
                registered("w" + i, "" + i);
            }
        }
    }

    private static ServiceRegistry<String> registry(SimulatedWorld world, String client) {
        return registry(world.client(client));
    }

    private static ServiceRegistry<String> registry(CoordinationClient client) {
        return ServiceRegistry.builder(client, "/services", Codec.utf8())
                .build()
                .start();
    }

    private Registration<String> registered(String id, String payload) {
        Registration<String> registration = announcing.register(instance(id, payload));
        world.get(id + " registered", registration.awaitRegistered());
        world.runFor(Duration.ofMillis(200));
        return registration;
    }

    private ServiceProvider<String> provider(ServiceProviderBuilder<String> builder) {
        ServiceProvider<String> provider = builder.serviceName("web").build().start();
        world.until("loaded", () -> !provider.isStale());
        return provider;
    }

    private static ServiceInstance<String> instance(String id, String payload) {
        return ServiceInstance.<String>builder("web")
                .id(id)
                .address("127.0.0.1")
                .port(80)
                .payload(payload)
                .build();
    }

    private static List<String> payloads(List<ServiceInstance<String>> instances) {
        return instances.stream()
                .map(each -> each.payload().orElse(""))
                .sorted()
                .toList();
    }

    private long createRevision(String id) {
        return world.store().node("/services/web/" + id).orElseThrow().stat().createRev();
    }

    private long newestCreateRevision() {
        return world.store().children("/services/web").stream()
                .mapToLong(node -> node.stat().createRev())
                .max()
                .orElse(0);
    }

    private long writes() {
        return world.store().count(OpKind.CREATE)
                + world.store().count(OpKind.WRITE)
                + world.store().count(OpKind.COMMIT);
    }

    private static void close(AutoCloseable user) {
        try {
            user.close();
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }
}
