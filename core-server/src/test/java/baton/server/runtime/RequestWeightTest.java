package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.server.request.Event;
import baton.server.sim.SimulatedServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is small on the wire and an object here counts as what it takes. */
class RequestWeightTest {
    private static final int FRAME_BYTES = 1_000;
    private static final List<Acl> LIST = List.of(new Acl(Permission.ALL, "ip", "10.0.0.1"));

    private static int bytes(Request request) {
        var client = new SimulatedServer().client();
        return RequestWeight.bytes(new Event.Requested(client, 1, 1, request, List.of(), 0), FRAME_BYTES);
    }

    @Test
    void dataAndTheOpenListAreWhatTheyWere() {
        assertThat(bytes(new Request.SetData("/a", Bytes.utf8("x"), -1))).isEqualTo(FRAME_BYTES);
        assertThat(bytes(new Request.Create("/a", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT)))
                .isEqualTo(FRAME_BYTES);
    }

    @Test
    void listsAndPartsAreMore() {
        int withList = bytes(new Request.Create("/a", Bytes.EMPTY, LIST, CreateMode.PERSISTENT));
        int parts = bytes(new Request.Multi(List.of(
                new Request.Create("/a", Bytes.EMPTY, LIST, CreateMode.PERSISTENT), new Request.Delete("/b", -1))));

        assertThat(withList).isGreaterThan(FRAME_BYTES + 300).isEqualTo(bytes(new Request.SetAcl("/a", LIST, -1)));
        assertThat(parts).isGreaterThan(withList + 2 * 50);
    }
}
