package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Listing;
import baton.core.Ordering;
import baton.core.Place;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntryNamesTest {
    private static final UUID FIRST = UUID.fromString("2f5ab7d1-0b51-4e6c-9d33-0123456789ab");
    private static final UUID SECOND = UUID.fromString("00000000-0b51-4e6c-9d33-0123456789ab");

    @Test
    void aNameIsLabelAndAttemptWhateverItsShape() {
        assertThat(EntryNames.name(Ordering.ticket("lock-"), FIRST)).isEqualTo("lock-" + FIRST);
        assertThat(EntryNames.name(Ordering.labelled("task-"), FIRST)).isEqualTo("task-" + FIRST);
        assertThat(EntryNames.place("lock-" + FIRST, 7)).contains(new Place("lock-", FIRST, 7, 64));
    }

    @Test
    void otherNamesHaveNoPlace() {
        assertThat(EntryNames.place("worker-1", 7)).isEmpty();
        assertThat(EntryNames.place(FIRST.toString(), 7)).isEmpty();
        assertThat(EntryNames.place("lock-2F5AB7D1-0b51-4e6c-9d33-0123456789ab", 7))
                .isEmpty();
        assertThat(EntryNames.place("lock-2f5ab7d1-0b51-4e6c-9d33-0123456789ag", 7))
                .isEmpty();
    }

    @Test
    void entriesComeInTheOrderOfTheirRevisionsAndOthersBehindByName() {
        Map<String, Long> found =
                Map.of("lock-" + FIRST, 8L, "lock-" + SECOND, 9L, "zebra", 3L, "ant", 5L, "sub-" + FIRST, 0L);

        Listing listing = EntryNames.listing(found, 12);

        assertThat(listing.entries())
                .extracting(Listing.Entry::name)
                .containsExactly("lock-" + FIRST, "lock-" + SECOND, "ant", "sub-" + FIRST, "zebra");
        assertThat(listing.dirRev()).isEqualTo(12);
    }
}
