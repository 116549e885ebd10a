package baton.client;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Listing;
import baton.core.Ordering;
import baton.core.Place;
import baton.protocol.SequenceSuffix;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryNamesTest {
    private static final UUID ATTEMPT = UUID.fromString("2f5ab7d1-0b51-4e6c-9d33-0123456789ab");

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                7,
                1_000_000_000,
                Integer.MAX_VALUE - 2,
                Integer.MAX_VALUE,
                -1,
                -999_999_999,
                -1_000_000_000,
                Integer.MIN_VALUE + 1,
                Integer.MIN_VALUE
            })
    void everySequenceIsReadBack(int sequence) {
        for (String label : List.of("lock-", "__READ__", "latch-", "a")) {
            if (label.equals("a") && sequence <= -1_000_000_000) {
                continue; // The one reading that the grammar gives to the label.
            }
            String name = SequenceSuffix.append(EntryNames.prefix(Ordering.ticket(label), ATTEMPT), sequence);
            assertThat(EntryNames.place(name)).contains(new Place(label, ATTEMPT, sequence, 32));
        }
        String task = SequenceSuffix.append(EntryNames.prefix(Ordering.labelled("task-"), ATTEMPT), sequence);
        assertThat(EntryNames.place(task)).contains(new Place("task-", ATTEMPT, sequence, 32));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "0000000001",
                "lock-0000000001",
                "_c_2f5ab7d1-0b51-4e6c-9d33-0123456789ab-lease",
                "_c_2f5ab7d1-0b51-4e6c-9d33-0123456789ab-0000000001",
                "_c_2f5ab7d1-0b51-4e6c-9d33-0123456789ag-lock-0000000001",
                "_c_2f5ab7d1-0b51-4e6c-9d33-0123456789ab-lock-00000001",
                "_c_2f5ab7d1-0b51-4e6c-9d33-0123456789ab-lock-9999999999",
                "2f5ab7d1-0b51-4e6c-9d33-0123456789ab-0000000001",
                "task-2f5ab7d1-0b51-4e6c-9d33-0123456789ab-x000000001",
            })
    void otherNamesHaveNoPlace(String name) {
        assertThat(EntryNames.place(name)).isEmpty();
    }

    @Test
    void entriesStayInOrderWhenTheCounterRunsOver() {
        List<String> names = List.of(
                ticket(Integer.MIN_VALUE),
                ticket(Integer.MAX_VALUE),
                "other",
                ticket(-5),
                ticket(Integer.MAX_VALUE - 1));

        Listing listing = EntryNames.listing(names, 9);

        assertThat(listing.entries().stream().map(Listing.Entry::name))
                .containsExactly(
                        ticket(Integer.MAX_VALUE - 1),
                        ticket(Integer.MAX_VALUE),
                        ticket(Integer.MIN_VALUE),
                        ticket(-5),
                        "other");
        assertThat(listing.entries().get(4).place()).isEqualTo(Optional.empty());
        assertThat(listing.dirRev()).isEqualTo(9);
    }

    private static String ticket(int sequence) {
        return SequenceSuffix.append(EntryNames.prefix(Ordering.ticket("lock-"), ATTEMPT), sequence);
    }
}
