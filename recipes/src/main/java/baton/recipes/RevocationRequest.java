package baton.recipes;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody asks a holder to let go.
 *
 * @param id tells this request from others
 * @param by client id of who asks; empty if the request does not say
 * @param reason for people; empty if the request does not say
 * @param at when it was written, by the wall clock of who asks; the epoch if the request does not say
 */
public record RevocationRequest(UUID id, String by, String reason, Instant at) {}
