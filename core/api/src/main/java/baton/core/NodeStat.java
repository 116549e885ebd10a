package baton.core;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the store knows about a node besides its data.
 *
 * @param createRev revision of its creation; names the incarnation
 * @param modRev revision of the last write of its data
 * @param dataVersion how often its data was written in this incarnation
 * @param owner the session it vanishes with, if it is ephemeral
 * @param dataLength bytes
 * @param childCount number of direct children, where the core knows it without a listing
 */
public record NodeStat(
        long createRev,
        long modRev,
        long dataVersion,
        Optional<SessionId> owner,
        int dataLength,
        OptionalInt childCount) {

    public boolean ownedBy(SessionId session) {
        return owner.isPresent() && owner.get().equals(session);
    }
}
