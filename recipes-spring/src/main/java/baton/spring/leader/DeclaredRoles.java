package baton.spring.leader;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The roles that annotations name. Filled while beans are made, before there is a client; a lazy bean may add to it
 * later. Safe for use by many threads.
 */
public final class DeclaredRoles {
    private final Set<String> roles = new LinkedHashSet<>();
    private @Nullable Consumer<String> newcomers;

    public void add(String role) {
        Consumer<String> told;
        synchronized (roles) {
            told = roles.add(role) ? newcomers : null;
        }
        if (told != null) {
            told.accept(role);
        }
    }

    /** The roles so far; those that follow are handed to {@code newcomers}. */
    List<String> drainTo(Consumer<String> later) {
        synchronized (roles) {
            newcomers = later;
            return List.copyOf(roles);
        }
    }

    /** Ends the handing over. */
    void detach() {
        synchronized (roles) {
            newcomers = null;
        }
    }
}
