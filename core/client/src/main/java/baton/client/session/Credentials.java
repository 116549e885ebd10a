package baton.client.session;

import baton.protocol.Bytes;
import baton.protocol.SessionId;

/**
 * What lets a client take a session over that exists already.
 *
 * @param password secret; never shown
 */
public record Credentials(long sessionId, Bytes password) {
    @Override
    public String toString() {
        return SessionId.format(sessionId);
    }
}
