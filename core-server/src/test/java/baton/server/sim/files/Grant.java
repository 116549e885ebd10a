package baton.server.sim.files;

import java.util.List;

/** An entry of an access control list. */
public record Grant(int permissions, String scheme, String id) {
    static final List<Grant> EVERYTHING = List.of(new Grant(31, "world", "anyone"));
}
