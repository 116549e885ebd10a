package baton.recipes.membership;

import baton.core.Payload;
import baton.core.SessionId;

/**
 * One member of a group as it was seen.
 *
 * @param id its name in the group
 * @param payload what it says of itself; empty if the view is without payloads
 * @param joinRevision orders members by arrival; another one is another incarnation of the member
 * @param revision of its payload
 * @param session it vanishes with
 */
public record Member(String id, Payload payload, long joinRevision, long revision, SessionId session) {

    /** Names this stay in the group: the same member has another one after it left and came back. */
    public long incarnation() {
        return joinRevision;
    }
}
