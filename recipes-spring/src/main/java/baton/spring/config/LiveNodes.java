package baton.spring.config;

import baton.recipes.CoordinationClient;
import baton.spring.EventDelivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What every {@link LiveNode} needs of the application.
 *
 * @param client to read with, in the namespace of configuration
 * @param binder to bind with
 * @param events where changes and refusals are told
 * @param debounce changes of a node within this time are one
 * @param snapshots directory for last good values, if they are kept
 */
public record LiveNodes(
        CoordinationClient client,
        DocumentBinder binder,
        EventDelivery events,
        Duration debounce,
        Optional<Path> snapshots) {}
