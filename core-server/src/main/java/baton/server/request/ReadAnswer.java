package baton.server.request;

import baton.protocol.ErrorCode;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request that reads.
 *
 * @param zxid last transaction applied to the tree that was read
 * @param response null if there is an error
 * @param missed events to send before the answer, with zxid -1: what happened while the client was away
 */
public record ReadAnswer(
        long zxid, ErrorCode error, @Nullable Response response, List<WatchEvent> missed) {
    static ReadAnswer done(long zxid, Response response) {
        return new ReadAnswer(zxid, ErrorCode.OK, response, List.of());
    }

    static ReadAnswer failed(long zxid, ErrorCode error) {
        return new ReadAnswer(zxid, error, null, List.of());
    }
}
