package baton.recipes.contend;

import baton.core.Place;
import java.util.Set;

/** Who has to wait for whom. Pure. */
public interface TicketRule {
    /** Whether entries with this label belong to the recipe at all. */
    boolean knows(String label);

    /** Whether a ticket has to wait for one that came before it. Both belong to the recipe. */
    boolean blocks(Place mine, Place earlier);

    /** One at a time, in the order of arrival, among tickets of these labels. */
    static TicketRule exclusive(String... labels) {
        Set<String> known = Set.of(labels);
        return new TicketRule() {
            @Override
            public boolean knows(String label) {
                return known.contains(label);
            }

            @Override
            public boolean blocks(Place mine, Place earlier) {
                return true;
            }
        };
    }
}
