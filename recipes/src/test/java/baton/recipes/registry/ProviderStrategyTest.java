package baton.recipes.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderStrategyTest {
    private static final int CALLS = 60_000;

    private final Random random = new Random(17);

    @Test
    void roundRobinGivesEachTheSame() {
        Map<String, Integer> calls = count(new RoundRobinStrategy<>(), view(1, 1, 1), CALLS);

        assertThat(calls).isEqualTo(Map.of("i0", CALLS / 3, "i1", CALLS / 3, "i2", CALLS / 3));
    }

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE - 3L, (1L << 32) - 4, Long.MAX_VALUE - 4})
    void roundRobinGoesOnInOrderAcrossEveryWrap(long start) {
        RoundRobinStrategy<String> strategy = new RoundRobinStrategy<>(start);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            order.add(strategy.getInstance(view(1, 1, 1), context("")).id());
        }

        assertThat(order.subList(3, 12)).isEqualTo(order.subList(0, 9));
        assertThat(order.subList(0, 3)).containsExactlyInAnyOrder("i0", "i1", "i2");
    }

    @Test
    void roundRobinSurvivesTheWrapOfItsCounterAndAShrinkingView() {
        RoundRobinStrategy<String> strategy = new RoundRobinStrategy<>(-3);
        Map<String, Integer> calls = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            InstanceView<String> view = i % 2 == 0 ? view(1, 1, 1) : view(1);
            calls.merge(strategy.getInstance(view, context("")).id(), 1, Integer::sum);
        }

        assertThat(calls.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(30);
    }

    @Test
    void roundRobinsOfManyClientsBeginAnywhere() {
        Set<String> firsts = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            firsts.add(new RoundRobinStrategy<String>()
                    .getInstance(view(1, 1, 1), context(""))
                    .id());
        }

        assertThat(firsts).containsExactlyInAnyOrder("i0", "i1", "i2");
    }

    @Test
    void randomGivesEachAboutTheSame() {
        Map<String, Integer> calls = count(new RandomStrategy<>(), view(1, 1, 1), CALLS);

        assertThat(calls.values()).allSatisfy(share -> assertThat(share).isCloseTo(CALLS / 3, within(CALLS / 50)));
    }

    @Test
    void weightedRandomGoesByWeight() {
        Map<String, Integer> calls = count(new WeightedRandomStrategy<>(), view(1, 2, 3, 0), CALLS);

        assertThat(calls).containsOnlyKeys("i0", "i1", "i2");
        assertThat(calls.get("i0")).isCloseTo(CALLS / 6, within(CALLS / 50));
        assertThat(calls.get("i1")).isCloseTo(CALLS / 3, within(CALLS / 50));
        assertThat(calls.get("i2")).isCloseTo(CALLS / 2, within(CALLS / 50));
    }

    @Test
    void withoutAnyWeightWeightedRandomStillGivesOne() {
        Map<String, Integer> calls = count(new WeightedRandomStrategy<>(), view(0, 0), CALLS);

        assertThat(calls).containsOnlyKeys("i0", "i1");
    }

    @Test
    void leastOutstandingEvensOutTheLoadByWeight() {
        List<AtomicInteger> loads = List.of(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
        List<Candidate<String>> candidates = new ArrayList<>();
        int[] weights = {1, 1, 2};
        for (int i = 0; i < 3; i++) {
            candidates.add(new Candidate<>(instance(i, weights[i], ""), i, weights[i], loads.get(i)::get));
        }
        InstanceView<String> view = new InstanceView<>(candidates, 1);
        LeastOutstandingStrategy<String> strategy = new LeastOutstandingStrategy<>();

        for (int call = 0; call < 4000; call++) {
            String id = strategy.getInstance(view, context("")).id();
            loads.get(Integer.parseInt(id.substring(1))).incrementAndGet();
        }

        assertThat(loads.get(0).get()).isCloseTo(1000, within(50));
        assertThat(loads.get(1).get()).isCloseTo(1000, within(50));
        assertThat(loads.get(2).get()).isCloseTo(2000, within(100));
    }

    @Test
    void stickyKeepsItsInstanceUntilAnotherIncarnationIsThere() {
        AtomicInteger asked = new AtomicInteger();
        StickyStrategy<String> strategy = new StickyStrategy<>((view, context) -> {
            asked.incrementAndGet();
            return view.get(0).instance();
        });
        InstanceView<String> before = view(1, 1, 1);
        strategy.getInstance(before, context(""));
        strategy.getInstance(before, context(""));
        assertThat(asked).hasValue(1);

        List<Candidate<String>> others = new ArrayList<>(before.candidates().subList(1, 3));
        assertThat(strategy.getInstance(new InstanceView<>(others, 2), context(""))
                        .id())
                .isEqualTo("i1");
        assertThat(strategy.getInstance(before, context("")).id()).isEqualTo("i1");
        assertThat(asked).hasValue(2);

        Candidate<String> again = before.get(1);
        others.set(0, new Candidate<>(again.instance(), 99, 1, () -> 0));
        strategy.getInstance(new InstanceView<>(others, 3), context(""));
        assertThat(asked).hasValue(3);
    }

    @Test
    void zoneAwareStaysInItsZoneWhileItCan() {
        InstanceView<String> view = zones("a", "b", "a", "c");
        ZoneAwareStrategy<String> strategy = new ZoneAwareStrategy<>(new RoundRobinStrategy<>());

        assertThat(count(strategy, view, 100, new PickContext(Optional.empty(), Optional.of("a"), random::nextDouble)))
                .isEqualTo(Map.of("i0", 50, "i2", 50));
        assertThat(count(strategy, view, 100, new PickContext(Optional.empty(), Optional.of("x"), random::nextDouble)))
                .hasSize(4);
        assertThat(count(strategy, view, 100)).hasSize(4);
    }

    @Test
    void consistentHashIsFairByWeight() {
        Map<String, Integer> calls = new HashMap<>();
        ConsistentHashStrategy<String> strategy = new ConsistentHashStrategy<>("");
        InstanceView<String> view = view(1, 1, 2);
        for (int i = 0; i < CALLS; i++) {
            calls.merge(strategy.getInstance(view, context("key " + i)).id(), 1, Integer::sum);
        }

        assertThat(calls.get("i0")).isCloseTo(CALLS / 4, within(CALLS / 12));
        assertThat(calls.get("i1")).isCloseTo(CALLS / 4, within(CALLS / 12));
        assertThat(calls.get("i2")).isCloseTo(CALLS / 2, within(CALLS / 12));
    }

    @Test
    void aChangeOfOneInstanceMovesOnlyItsOwnKeys() {
        ConsistentHashStrategy<String> strategy = new ConsistentHashStrategy<>("");
        InstanceView<String> all = view(1, 1, 1, 1, 1);
        InstanceView<String> without = new InstanceView<>(
                all.candidates().stream()
                        .filter(candidate -> !candidate.instance().id().equals("i2"))
                        .toList(),
                2);

        for (int i = 0; i < 5000; i++) {
            String before = strategy.getInstance(all, context("key " + i)).id();
            String after = strategy.getInstance(without, context("key " + i)).id();

            assertThat(after).satisfies(id -> assertThat(before).isIn(id, "i2"));
        }
    }

    @Test
    void allClientsGiveAKeyToTheSameInstance() {
        InstanceView<String> view = view(1, 3, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(new ConsistentHashStrategy<String>("key " + i).getInstance(view, context("")))
                    .isEqualTo(new ConsistentHashStrategy<String>("").getInstance(view, context("key " + i)));
        }
    }

    @Test
    void aRingWithoutWeightsStillGivesOne() {
        assertThat(new ConsistentHashStrategy<String>("k")
                        .getInstance(view(0, 0), context(""))
                        .name())
                .isEqualTo("web");
    }

    @Test
    void strategiesTakeCallsFromManyThreadsWhileInstancesComeAndGo() throws InterruptedException {
        List<ProviderStrategy<String>> strategies = List.of(
                new RoundRobinStrategy<>(),
                new StickyStrategy<>(new RandomStrategy<>()),
                new ZoneAwareStrategy<>(new LeastOutstandingStrategy<>()),
                new ConsistentHashStrategy<>("k"),
                new WeightedRandomStrategy<>());
        List<InstanceView<String>> views = List.of(view(1), view(1, 1), view(1, 1, 1), zones("a", "b"));
        Set<Throwable> failures = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            Thread thread = new Thread(() -> {
                Random own = new Random(seed);
                PickContext context = new PickContext(Optional.empty(), Optional.of("a"), own::nextDouble);
                for (int i = 0; i < 5000; i++) {
                    InstanceView<String> view = views.get(own.nextInt(views.size()));
                    ServiceInstance<String> chosen =
                            strategies.get(own.nextInt(strategies.size())).getInstance(view, context);
                    if (view.find(chosen.id()).isEmpty()) {
                        throw new AssertionError(chosen + " is not in " + view);
                    }
                }
            });
            thread.setUncaughtExceptionHandler((dead, failure) -> failures.add(failure));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
    }

    private Map<String, Integer> count(ProviderStrategy<String> strategy, InstanceView<String> view, int calls) {
        return count(strategy, view, calls, context(""));
    }

    private static Map<String, Integer> count(
            ProviderStrategy<String> strategy, InstanceView<String> view, int calls, PickContext context) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < calls; i++) {
            counts.merge(strategy.getInstance(view, context).id(), 1, Integer::sum);
        }
        return counts;
    }

    private PickContext context(String key) {
        return new PickContext(
                key.isEmpty() ? Optional.empty() : Optional.of(key), Optional.empty(), random::nextDouble);
    }

    private static InstanceView<String> view(int... weights) {
        List<Candidate<String>> candidates = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            candidates.add(new Candidate<>(instance(i, weights[i], ""), i, weights[i], () -> 0));
        }
        return new InstanceView<>(candidates, 1);
    }

    private static InstanceView<String> zones(String... zones) {
        List<Candidate<String>> candidates = new ArrayList<>();
        for (int i = 0; i < zones.length; i++) {
            candidates.add(new Candidate<>(instance(i, 1, zones[i]), i, 1, () -> 0));
        }
        return new InstanceView<>(candidates, 1);
    }

    private static ServiceInstance<String> instance(int i, int weight, String zone) {
        return ServiceInstance.<String>builder("web")
                .id("i" + i)
                .weight(weight)
                .zone(zone)
                .build();
    }
}
