package baton.server.runtime;

import baton.protocol.Request;
import baton.server.request.Event;
import baton.server.tree.AclEntry;

/**
 * About how many bytes a write takes while it is inside the server: as many as it had on the wire, but for what is small there
 * and is an object or several here. Forty thousand entries of a list, or parts of a transaction, are five times as much.
 */
final class RequestWeight {
    private static final int PART_BYTES = 100;

    private RequestWeight() {}

    static int bytes(Event event, int frameBytes) {
        long beside = event instanceof Event.Requested requested ? beside(requested.request()) : 0;
        return (int) Math.min(Integer.MAX_VALUE, frameBytes + beside);
    }

    private static long beside(Request request) {
        if (request instanceof Request.Creation create) {
            return AclEntry.memoryBytes(create.acl());
        }
        if (request instanceof Request.SetAcl set) {
            return AclEntry.memoryBytes(set.acl());
        }
        if (request instanceof Request.Multi multi) {
            long bytes = 0;
            for (Request.MultiOp each : multi.ops()) {
                bytes += PART_BYTES + beside(each);
            }
            return bytes;
        }
        return 0;
    }
}
