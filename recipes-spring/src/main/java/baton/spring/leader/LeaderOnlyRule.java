package baton.spring.leader;

import baton.core.NodePath;
import baton.spring.StartRefusedException;
import baton.spring.guard.GuardRule;
import baton.spring.guard.Results;
import java.util.function.UnaryOperator;
import org.springframework.boot.convert.DurationStyle;

/** What {@link LeaderOnly} must be to make sense; roles that are named well are declared. */
public final class LeaderOnlyRule implements GuardRule<LeaderOnly> {
    private final DeclaredRoles roles;
    private final UnaryOperator<String> placeholders;

    public LeaderOnlyRule(DeclaredRoles roles, UnaryOperator<String> placeholders) {
        this.roles = roles;
        this.placeholders = placeholders;
    }

    @Override
    public void check(GuardedMethod method, LeaderOnly guard) {
        Results.check(method, guard.otherwise());
        String role = placeholders.apply(guard.role());
        requireRole(method, role);
        try {
            DurationStyle.detectAndParse(placeholders.apply(guard.waitFor()));
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    method + " waits for \"" + guard.waitFor() + "\", which is no duration.",
                    "Write a number and a unit, such as 500ms, 5s or 2m.");
        }
        roles.add(role);
    }

    static void requireRole(GuardedMethod method, String role) {
        try {
            NodePath.ROOT.child(role);
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    method + " names the role \"" + role + "\": " + malformed.getMessage() + ".",
                    "A role is one path segment, such as reports.");
        }
    }
}
