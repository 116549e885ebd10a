package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.Leadership;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Code of the user, slow and failing, and what it can do to others: nothing. */
class ListenersTest {
    private final Map<String, Long> counts = new HashMap<>();
    private final RecipeMetrics metrics = new RecipeMetrics() {
        @Override
        public void count(String counter, String recipe, String detail) {
            counts.merge(counter, 1L, Long::sum);
        }
    };
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final SimulatedWorld.Member member = world.member("p0", metrics);
    private final Listeners<Consumer<String>> listeners =
            member.client().runtime().listeners("test");
    /** A thread that is busy for as long as the test likes. */
    private final Deque<Runnable> stuck = new ArrayDeque<>();

    private final List<String> heard = new ArrayList<>();

    @Test
    void eachHearsEverythingInOrder() {
        listeners.add(event -> heard.add("a " + event));
        listeners.add(event -> heard.add("b " + event), Runnable::run);

        fire("1", "2", "3");

        assertThat(heard).containsSubsequence("a 1", "a 2", "a 3").containsSubsequence("b 1", "b 2", "b 3");
        assertThat(heard).hasSize(6);
    }

    @Test
    void aSlowOneHoldsUpNobodyAndMissesNothing() {
        listeners.add(event -> heard.add("slow " + event), stuck::add);
        listeners.add(heard::add);

        fire("1", "2");
        assertThat(heard).containsExactly("1", "2");
        while (!stuck.isEmpty()) {
            stuck.remove().run();
        }

        assertThat(heard).containsExactly("1", "2", "slow 1", "slow 2");
    }

    @Test
    void oneThatThrowsIsCountedAndGoesOn() {
        listeners.add(event -> {
            heard.add(event);
            throw new IllegalStateException("a bug of the user");
        });
        listeners.add(event -> heard.add("other " + event));

        fire("1", "2");

        assertThat(heard).containsExactlyInAnyOrder("1", "2", "other 1", "other 2");
        assertThat(counts).containsEntry("listener.errors", 2L);
    }

    @Test
    void oneThatWasRemovedHearsNothingMoreNotEvenWhatIsOnItsWay() {
        Consumer<String> listener = heard::add;
        listeners.add(listener, stuck::add);
        fire("1");

        listeners.remove(listener);
        fire("2");
        stuck.forEach(Runnable::run);

        assertThat(heard).isEmpty();
        assertThat(listeners.isEmpty()).isTrue();
    }

    @Test
    void aListenerThatNeverReturnsKeepsNoLatchFromLeading() {
        LeaderLatch held = new LeaderLatch(member.client(), "/held", "p0");
        held.addListener(hearing("held"), stuck::add);
        LeaderLatch other = new LeaderLatch(member.client(), "/other", "p0");
        other.addListener(hearing("other"));

        held.start();
        other.start();
        world.until("both lead", () -> held.hasLeadership() && other.hasLeadership());
        world.until("the other is told", () -> heard.equals(List.of("other leads")));
        world.store().faults().expire("p0");
        world.runFor(Duration.ofSeconds(2));

        assertThat(heard).containsExactly("other leads", "other lost", "other leads");
        assertThat(held.hasLeadership()).isTrue();
        stuck.remove().run();
        assertThat(heard).endsWith("held leads", "held lost", "held leads");
    }

    @Test
    void aListenerMayCloseWhatItListensTo() {
        LeaderLatch latch = new LeaderLatch(member.client(), "/closing", "p0");
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader(Leadership leadership) {
                latch.close(LeaderLatch.CloseMode.NOTIFY_LEADER, Duration.ZERO);
                latch.close();
            }

            @Override
            public void notLeader(LossReason reason) {
                heard.add("lost " + reason);
            }
        });

        latch.start();
        world.runFor(Duration.ofSeconds(1));

        assertThat(heard).containsExactly("lost CLOSED_CLIENT");
        assertThat(world.store().children("/closing")).isEmpty();
        assertThatThrownBy(latch::await).isInstanceOf(ClosedException.class);
    }

    private LeaderLatchListener hearing(String name) {
        return new LeaderLatchListener() {
            @Override
            public void isLeader(Leadership leadership) {
                heard.add(name + " leads");
            }

            @Override
            public void notLeader(LossReason reason) {
                heard.add(name + " lost");
            }
        };
    }

    private void fire(String... events) {
        for (String event : events) {
            listeners.fire(listener -> listener.accept(event));
            world.runFor(Duration.ofMillis(1));
        }
    }
}
