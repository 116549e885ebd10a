package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopRosterTest {
    private static final int LOOKS = 500;

    private final LoopRoster<Placed> roster = new LoopRoster<>();

    private static final class Placed implements LoopRoster.Member {
        private int place;

        @Override
        public int place() {
            return place;
        }

        @Override
        public void moveTo(int next) {
            place = next;
        }
    }

    @Test
    void holdsWhoeverHasComeAndNotLeft() {
        Set<Placed> model = new LinkedHashSet<>();
        Random random = new Random(7);

        for (int step = 0; step < 4_000; step++) {
            if (random.nextInt(10) < (step < 2_000 ? 7 : 3)) {
                Placed next = new Placed();
                roster.add(next);
                model.add(next);
            } else if (!model.isEmpty()) {
                Placed leaving = new ArrayList<>(model).get(random.nextInt(model.size()));
                roster.remove(leaving);
                model.remove(leaving);
            }
        }

        List<Placed> seen = new ArrayList<>();
        roster.forEach(seen::add);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(model);
        assertThat(roster.copy()).containsExactlyInAnyOrderElementsOf(model);
    }

    @Test
    void whoeverLooksFromAnotherThreadMissesNobodyWhoStays() throws Exception {
        Set<Placed> staying = new LinkedHashSet<>();
        List<Placed> leaving = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Placed next = new Placed();
            roster.add(next);
            if (i % 3 == 0) {
                staying.add(next);
            } else {
                leaving.add(next);
            }
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();

        CompletableFuture<Boolean> sawAll = CompletableFuture.supplyAsync(() -> {
            boolean all = true;
            do {
                all &= roster.copy().containsAll(staying);
                looks.incrementAndGet();
            } while (!done.get());
            return all;
        });
        while (looks.get() < LOOKS && !sawAll.isDone()) {
            leaving.forEach(roster::remove);
            leaving.forEach(roster::add);
        }
        done.set(true);

        assertThat(sawAll.get()).isTrue();
    }
}
