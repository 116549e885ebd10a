package baton.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionIndexTest {
    @Test
    void findsWhatIsThereAndNothingElseHoweverItChanges() {
        SessionIndex index = new SessionIndex();
        Map<Long, Session> model = new LinkedHashMap<>();
        Random random = new Random(7);

        for (int step = 0; step < 40_000; step++) {
            // It grows, then shrinks again.
            boolean adds = random.nextInt(10) < (step < 20_000 ? 7 : 3);
            long id = random.nextInt(2_000) * (random.nextBoolean() ? 1L : 1L << 32);
            Session present = model.get(id);
            if (adds && present == null) {
                Session session = new Session(id, 1_000);
                index.add(session);
                model.put(id, session);
            } else if (!adds && present != null) {
                index.remove(present);
                model.remove(id);
            }
            assertThat(index.find(id)).isSameAs(model.get(id));
        }

        assertThat(index.size()).isEqualTo(model.size());
        for (long id = 0; id < 2_000; id++) {
            assertThat(index.find(id)).isSameAs(model.get(id));
            assertThat(index.find(id << 32)).isSameAs(model.get(id << 32));
        }
    }

    @Test
    void numbersThatFollowOneAnotherAreAllFound() {
        SessionIndex index = new SessionIndex();
        SessionIds ids = new SessionIds(1, SessionIds.numberAt(1_700_000_000_000L));
        Session first = new Session(ids.next(), 1_000);
        index.add(first);

        for (int i = 0; i < 10_000; i++) {
            index.add(new Session(ids.next(), 1_000));
        }

        assertThat(index.size()).isEqualTo(10_001);
        assertThat(index.find(first.id())).isSameAs(first);
        assertThat(index.find(ids.next())).isNull();
    }
}
