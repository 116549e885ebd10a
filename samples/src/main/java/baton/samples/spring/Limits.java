package baton.samples.spring;

import baton.spring.config.CoordinatedConfig;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bound to the node {@code /config/limits.yaml}. A version that makes no sense is refused; the last good one stays.
 *
 * @param ordersPerReport that a report may hold
 * @param currency of all amounts
 */
@CoordinatedConfig("/config/limits.yaml")
public record Limits(
        @DefaultValue("100") int ordersPerReport,
        @DefaultValue("EUR") String currency) {
    public Limits {
        if (ordersPerReport < 1) {
            throw new IllegalArgumentException("ordersPerReport must be at least 1");
        }
    }
}
