package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NamespaceTrafficTest {
    private final NamespaceTraffic traffic = new NamespaceTraffic();

    @Test
    void asManyNamesAreToldApartAsThereIsRoomFor() {
        for (int i = 0; i < 300; i++) {
            read("/name-" + i);
        }

        assertThat(sums()).hasSize(257);
        assertThat(sums().get(NamespaceTraffic.OTHERS).count()).isEqualTo(44);
    }

    /** All of them would else be in the way of every request that one of their slots concerns. */
    @Test
    void ofNamesOfOneHashCodeOnlyTheFirstAreToldApart() {
        for (int i = 0; i < 256; i++) {
            read(ofOneHashCode(i));
        }
        read("/bystander");
        read("/bystander/below");

        assertThat(sums()).hasSize(34);
        assertThat(sums().get(NamespaceTraffic.OTHERS).count()).isEqualTo(256 - 32);
        assertThat(sums().get("bystander").count()).isEqualTo(2);
    }

    /** Eight times one of two that are alike to {@link String#hashCode}. */
    private static String ofOneHashCode(int number) {
        StringBuilder path = new StringBuilder("/");
        for (int bit = 0; bit < 8; bit++) {
            path.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return path.toString();
    }

    private void read(String path) {
        byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
        traffic.read(utf8, utf8.length, 0);
    }

    private Map<String, Distribution.Summary> sums() {
        Map<String, Distribution.Summary> sums = new TreeMap<>();
        traffic.addTo(sums);
        return sums;
    }
}
