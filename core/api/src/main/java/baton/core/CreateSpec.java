package baton.core;

import java.util.Optional;
import java.util.UUID;

/**
 * A node to be created.
 *
 * @param path the exact path, or for an ordered create the directory
 * @param data its bytes
 * @param lifetime how long it stays
 * @param ordering present if the store is to choose the name
 * @param attempt names this attempt, so that its outcome can be found after a lost reply
 */
public record CreateSpec(NodePath path, Payload data, Lifetime lifetime, Optional<Ordering> ordering, UUID attempt) {

    public static CreateSpec plain(NodePath path, Payload data, Lifetime lifetime) {
        return new CreateSpec(path, data, lifetime, Optional.empty(), UUID.randomUUID());
    }

    public static CreateSpec ordered(
            NodePath directory, Ordering ordering, Payload data, Lifetime lifetime, UUID attempt) {
        return new CreateSpec(directory, data, lifetime, Optional.of(ordering), attempt);
    }
}
