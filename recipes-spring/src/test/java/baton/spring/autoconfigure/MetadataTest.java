package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetadataTest {
    private final PropertyKeys keys = PropertyKeys.of(BatonProperties.class, "baton");

    @Test
    void everyKeyIsDescribedForEditors() throws IOException {
        String metadata;
        try (InputStream in = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            metadata = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }

        assertThat(keys.patterns())
                .filteredOn(key -> !key.contains("*"))
                .allSatisfy(key -> assertThat(metadata)
                        .containsPattern(
                                "\"name\": \"" + key + "\",\\s+\"type\": \"[^\"]+\",\\s+\"description\": \"[A-Za-z]"));
    }

    @Test
    void everyKeyIsInTheGuide() throws IOException {
        String guide = Files.readString(Path.of("../docs/spring.md"));

        assertThat(keys.patterns())
                .allSatisfy(key -> assertThat(guide)
                        .containsPattern(key.replace(".", "\\.").replace("*", "<\\w+>")));
    }
}
