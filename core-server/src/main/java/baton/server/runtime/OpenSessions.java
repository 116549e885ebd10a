package baton.server.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The open sessions of one moment.
 *
 * @param idsByExpiryMillis their numbers by the time, since 1970, at which they expire unless they are heard of
 */
public record OpenSessions(Map<Long, List<Long>> idsByExpiryMillis) {
    public OpenSessions {
        Map<Long, List<Long>> copy = new LinkedHashMap<>();
        idsByExpiryMillis.forEach((millis, ids) -> copy.put(millis, List.copyOf(ids)));
        idsByExpiryMillis = copy;
    }
}
