package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkedTicketTest {
    private static final RevocationRequest REQUEST =
            new RevocationRequest(new UUID(1, 2), "ann \"the\"\nboss", "", Instant.parse("2026-01-02T03:04:05Z"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "id",
                "{\"c\":\"client\"}",
                "two\nlines",
                "\n",
                "ends\n",
                "\n{\"revoke\":",
                "\n{\"revoke\":1}"
            })
    void keepsWhatItsOwnerWroteAndAddsRequests(String written) {
        MarkedTicket bare = of(Payload.utf8(written));

        MarkedTicket marked = of(bare.with(REQUEST).with(REQUEST).toPayload());

        assertThat(bare).isEqualTo(new MarkedTicket(Payload.utf8(written), List.of()));
        assertThat(marked).isEqualTo(new MarkedTicket(Payload.utf8(written), List.of(REQUEST, REQUEST)));
        assertThat(bare.toPayload()).isEqualTo(Payload.utf8(written));
    }

    @Test
    void keepsBytesThatAreNoText() {
        Payload written = Payload.of(new byte[] {(byte) 0xff, 10, (byte) 0xfe});

        assertThat(of(of(written).with(REQUEST).toPayload()).data()).isEqualTo(written);
    }

    @Test
    void theOldestRequestGivesWay() {
        List<RevocationRequest> requests = new ArrayList<>();
        IntStream.range(0, MarkedTicket.REQUESTS_MAX + 1)
                .forEach(i -> requests.add(new RevocationRequest(new UUID(0, i), "ann", "", Instant.EPOCH)));
        MarkedTicket ticket = of(Payload.EMPTY);

        for (RevocationRequest request : requests) {
            ticket = ticket.with(request);
        }

        assertThat(of(ticket.toPayload()).requests()).isEqualTo(requests.subList(1, requests.size()));
    }

    @Test
    void takesTheMarkerOfOtherLibrariesForARequestThatSaysNothing() {
        MarkedTicket ticket = of(Payload.utf8("__REVOKE__"));

        assertThat(ticket.data()).isEqualTo(Payload.EMPTY);
        assertThat(ticket.requests()).containsExactly(new RevocationRequest(new UUID(0, 7), "", "", Instant.EPOCH));
    }

    private static MarkedTicket of(Payload data) {
        NodeStat stat = new NodeStat(5, 7, 1, Optional.empty(), data.length(), OptionalInt.of(0));
        return MarkedTicket.of(new Node(NodePath.of("/locks/ticket"), data, stat));
    }
}
