package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void fieldsAreLaidOutAsThoseOfAMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("one", List.of(1, 2));
        map.put("none", null);
        map.put("inner", Map.of("quoted", "\"\n"));
        Json.Fields fields = map::forEach;

        assertThat(Json.of(fields)).isEqualTo(Json.of(map)).isEqualTo("""
                {
                  "one" : [ 1, 2 ],
                  "none" : null,
                  "inner" : {
                    "quoted" : "\\"\\n"
                  }
                }
                """);
    }

    @Test
    void whatHoldsNothingTakesOneLine() {
        Json.Fields none = visitor -> {};

        assertThat(Json.of(Map.of())).isEqualTo("{ }\n");
        assertThat(Json.of(none)).isEqualTo("{ }\n");
        assertThat(Json.of(List.of())).isEqualTo("[ ]\n");
    }
}
