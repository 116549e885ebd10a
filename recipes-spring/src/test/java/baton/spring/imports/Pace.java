package baton.spring.imports;

import baton.spring.config.CoordinatedConfig;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.bind.DefaultValue;

@CoordinatedConfig(prefix = "pace")
public record Pace(
        @Min(1) @DefaultValue("10") int perSecond,
        @DefaultValue("20") int burst) {}
