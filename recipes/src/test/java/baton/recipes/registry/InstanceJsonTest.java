package baton.recipes.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.json.Json;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceJsonTest {
    private static final ServiceInstance<String> FULL = ServiceInstance.<String>builder("web")
            .id("w1")
            .address("10.0.0.7")
            .port(8080)
            .payload("blue")
            .registrationTimeUTC(1_700_000_000_000L)
            .uriSpec(UriSpec.of("{scheme}://{address}:{port}/api"))
            .weight(5)
            .zone("eu-1")
            .version("2.1")
            .tags(Set.of("b", "a"))
            .health(ServiceHealth.WARN)
            .build();

    private final InstanceJson<String> ours = new InstanceJson<>(Codec.utf8(), false);
    private final InstanceJson<String> curator = new InstanceJson<>(Codec.utf8(), true);

    @Test
    void anInstanceComesBackAsItWas() {
        assertThat(ours.decode(ours.encode(FULL))).isEqualTo(FULL);
    }

    @Test
    void curatorsFormHasCuratorsFieldsOnly() {
        assertThat(curator.encode(FULL).utf8())
                .isEqualTo("{\"name\":\"web\",\"id\":\"w1\",\"address\":\"10.0.0.7\",\"port\":8080,\"sslPort\":null,"
                        + "\"payload\":\"blue\",\"registrationTimeUTC\":1700000000000,\"serviceType\":\"DYNAMIC\","
                        + "\"uriSpec\":{\"parts\":[{\"value\":\"scheme\",\"variable\":true},"
                        + "{\"value\":\"://\",\"variable\":false},{\"value\":\"address\",\"variable\":true},"
                        + "{\"value\":\":\",\"variable\":false},{\"value\":\"port\",\"variable\":true},"
                        + "{\"value\":\"/api\",\"variable\":false}]},\"enabled\":true}");
    }

    @Test
    void whatCuratorWroteIsReadWithOurDefaults() {
        ServiceInstance<String> read = ours.decode(curator.encode(FULL));

        assertThat(read)
                .isEqualTo(FULL.toBuilder()
                        .weight(1)
                        .zone("")
                        .version("")
                        .tags(Set.of())
                        .health(ServiceHealth.UP)
                        .build());
        assertThat(read.uri()).contains("http://10.0.0.7:8080/api");
    }

    @Test
    void aPayloadThatIsJsonLiesInTheDocumentAsJson() {
        Codec<Map<String, Object>> codec = Codec.of(
                "application/json",
                value -> Payload.utf8(Json.write(value)),
                data -> Map.copyOf(Json.readObject(data.utf8())));
        InstanceJson<Map<String, Object>> json = new InstanceJson<>(codec, true);
        ServiceInstance<Map<String, Object>> instance = ServiceInstance.<Map<String, Object>>builder("web")
                .id("w1")
                .payload(Map.of("color", "blue"))
                .build();

        assertThat(json.encode(instance).utf8()).contains("\"payload\":{\"color\":\"blue\"}");
        assertThat(json.decode(json.encode(instance))).isEqualTo(instance);
    }

    @Test
    void aPayloadOfBytesSurvives() {
        InstanceJson<Long> json = new InstanceJson<>(Codec.int64(), false);
        ServiceInstance<Long> instance =
                ServiceInstance.<Long>builder("web").id("w1").payload(-2L).build();

        assertThat(json.decode(json.encode(instance))).isEqualTo(instance);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{}",
                "{\"name\":\"web\"}",
                "{\"name\":\"web\",\"id\":7}",
                "{\"name\":\"web\",\"id\":\"a\",\"port\":70000}",
                "{\"name\":\"web\",\"id\":\"a\",\"port\":\"80\"}",
                "{\"name\":\"web\",\"id\":\"a\",\"serviceType\":\"NEW\"}",
                "{\"name\":\"web\",\"id\":\"a\",\"uriSpec\":{\"parts\":[1]}}",
                "{\"name\":\"web\",\"id\":\"a\",\"payload\":{\"a\":1}}"
            })
    void whatIsNoInstanceIsRefusedAsData(String text) {
        assertThatThrownBy(() -> ours.decode(Payload.utf8(text))).isInstanceOf(CodecException.class);
    }

    @Test
    void anAddressWithoutItsPortSaysSo() {
        ServiceInstance<String> portless = ServiceInstance.<String>builder("web")
                .id("w1")
                .uriSpec(UriSpec.of("{address}:{ssl-port}"))
                .build();

        assertThatThrownBy(portless::uri).hasMessageContaining("w1 has no {ssl-port}");
        assertThatThrownBy(() -> UriSpec.of("a{b")).hasMessageContaining("not closed");
    }
}
