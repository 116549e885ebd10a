package baton.spring.config;

/**
 * A new version of configuration was refused; the last good one stays. Reported once for each version.
 *
 * @param type of the value; {@code Map} for an import as a whole
 * @param source the node, the prefix, the expression or the import
 * @param revision that was refused
 * @param reason names key, place and what is wrong, but not the value
 */
public record ConfigRejectedEvent(Class<?> type, String source, long revision, String reason) {}
