package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.server.sim.history.Mutation;
import baton.server.sim.history.Violation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The history of a good run passes; with one lie in it, it does not. */
class MutationTest {
    private static final int SEEDS = 30;

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void noLiePasses(Mutation mutation) {
        int lies = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            World world = new World(Plan.of(seed), Defect.NONE);
            try (QuietLog quiet = new QuietLog()) {
                world.run();
            }
            if (mutation.apply(world.history(), new Chance(seed)::below)) {
                lies++;
                Violation found = assertThrows(Violation.class, world.newCheck()::run);
                assertThat(mutation.rules()).contains(found.rule());
            }
        }
        assertThat(lies).isGreaterThanOrEqualTo(SEEDS / 8);
    }
}
