package baton.spring.config;

import jakarta.validation.constraints.Min;

/** Bound to a node by the tests of this package. */
@CoordinatedConfig("/config/limits.yaml")
record Limits(@Min(1) int perSecond, @Min(1) int burst) {}
