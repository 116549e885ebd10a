package baton.server.request;

/**
 * The time, by both clocks.
 *
 * @param wallMillis milliseconds since 1970: what nodes are stamped with
 * @param monotonicMillis milliseconds of a clock that never goes back: what sessions are measured with
 */
public record Moment(long wallMillis, long monotonicMillis) {}
