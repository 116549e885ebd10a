package baton.spring.registry;

import baton.recipes.registry.ServiceInstance;
import java.time.Duration;
import java.util.Optional;

/**
 * How this application is announced.
 *
 * @param enabled whether it is; empty: if it has a name and a web server
 * @param instance all but the port of the web server; empty if it has no name
 * @param port others reach it at; empty: the web server's
 * @param deregisterDelay how long others have to notice that it leaves
 */
public record RegistrationSettings(
        Optional<Boolean> enabled,
        Optional<ServiceInstance<ServiceMetadata>> instance,
        Optional<Integer> port,
        Duration deregisterDelay) {}
