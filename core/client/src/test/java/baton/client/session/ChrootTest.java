package baton.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChrootTest {
    private final Chroot chroot = new Chroot("/app");

    @Test
    void pathsGoBelowThePrefixAndComeBackWithoutIt() {
        assertThat(chroot.toServer(new Request.GetData("/a", true))).isEqualTo(new Request.GetData("/app/a", true));
        assertThat(chroot.toServer(new Request.GetChildren2("/", false)))
                .isEqualTo(new Request.GetChildren2("/app", false));
        assertThat(chroot.toClient(new Response.Created("/app/a"))).isEqualTo(new Response.Created("/a"));
        assertThat(chroot.toClient(new WatchEvent(EventType.NODE_DELETED, "/app")))
                .isEqualTo(new WatchEvent(EventType.NODE_DELETED, "/"));
    }

    @Test
    void aMultiIsTranslatedInside() {
        Request.Multi multi = new Request.Multi(List.of(
                new Request.Create("/a", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT), new Request.Check("/", -1)));

        assertThat(chroot.toServer(multi))
                .isEqualTo(new Request.Multi(List.of(
                        new Request.Create("/app/a", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT),
                        new Request.Check("/app", -1))));
        assertThat(chroot.toClient(new Response.Multi(
                        List.of(new MultiResult.Done(OpCode.CREATE, new Response.Created("/app/a"))))))
                .isEqualTo(
                        new Response.Multi(List.of(new MultiResult.Done(OpCode.CREATE, new Response.Created("/a")))));
    }

    @Test
    void theNodeTheClientStandsOnIsNotDeleted() {
        assertThat(chroot.toServer(new Request.Delete("/", -1))).isEqualTo(new Request.Delete("/", -1));
    }

    @Test
    void ephemeralsOfNeighboursAreNotTaken() {
        assertThat(chroot.toServer(new Request.GetEphemerals("/"))).isEqualTo(new Request.GetEphemerals("/app"));
        assertThat(chroot.toClient(new Response.Ephemerals(List.of("/app/a", "/apple", "/app"))))
                .isEqualTo(new Response.Ephemerals(List.of("/a", "/")));
    }

    @Test
    void foreignEventsStayAsTheyAre() {
        WatchEvent event = new WatchEvent(EventType.NODE_DATA_CHANGED, "/zookeeper/config");

        assertThat(chroot.toClient(event)).isEqualTo(event);
    }
}
