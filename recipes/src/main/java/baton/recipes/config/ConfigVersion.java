package baton.recipes.config;

import java.time.Instant;

/**
 * One published version.
 *
 * @param name of its node
 * @param author who published it
 * @param comment why
 * @param previous name of the version before it, empty for the first
 * @param published by the publisher's clock
 */
public record ConfigVersion(String name, String author, String comment, String previous, Instant published) {}
