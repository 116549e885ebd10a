package baton.spring.config;

/**
 * A new version of a configuration record was refused; the last good one stays. Reported once for each version.
 *
 * @param type of the record
 * @param path of the node
 * @param revision that was refused
 * @param reason names key, place and what is wrong, but not the value
 */
public record ConfigRejectedEvent(Class<?> type, String path, long revision, String reason) {}
