package baton.recipes.survey;

import baton.recipes.membership.Member;
import java.util.List;

/**
 * Those who meet at a double barrier of Curator's: they go on together, and leave together.
 *
 * @param isComplete whether enough have come, so that they went on
 * @param members who is there, by the names that stand for their stay
 */
public record Gathering(boolean isComplete, List<Member> members) {
    public Gathering {
        members = List.copyOf(members);
    }
}
