package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecayTest {
    private static final int SECTOR = 4;

    @Test
    void changesWhatItSaysAndCanBeMended() {
        byte[] sound = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        Chance chance = new Chance(1);
        List<Integer> changed = new ArrayList<>();

        for (int i = 0; i < 200; i++) {
            Decay decay = Decay.of(sound, SECTOR, chance);

            changed.add(differences(sound, decay.decayed()));
            assertThat(decay.isIn(decay.decayed())).isEqualTo(differences(sound, decay.decayed()) > 0);
            assertThat(decay.mended(decay.decayed())).isEqualTo(sound);
            assertThat(decay.isIn(sound)).isFalse();
        }

        // A bit, the last sector, another, everything; and a sector may take its own place.
        assertThat(changed).contains(0, 1, 2, SECTOR, sound.length);
    }

    @Test
    void isGoneWhereSomethingIsWrittenOverIt() {
        byte[] sound = {1, 2, 3, 4};
        Decay decay = Decay.of(sound, SECTOR, new Chance(2));
        byte[] rewritten = {11, 12, 13, 14};

        assertThat(decay.isIn(rewritten)).isFalse();
        assertThat(decay.mended(rewritten)).isEqualTo(rewritten);
    }

    @Test
    void ofNothingIsNothing() {
        Decay decay = Decay.of(new byte[0], SECTOR, new Chance(3));

        assertThat(decay.isIn(decay.decayed())).isFalse();
    }

    private static int differences(byte[] one, byte[] other) {
        int count = 0;
        for (int i = 0; i < one.length; i++) {
            count += one[i] == other[i] ? 0 : 1;
        }
        return count;
    }
}
