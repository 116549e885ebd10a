/**
 * Services in an application: {@link baton.spring.registry.ApplicationRegistration} announces this one, {@link
 * baton.spring.registry.ServiceClient} says which one an injected provider picks from.
 */
@NullMarked
package baton.spring.registry;

import org.jspecify.annotations.NullMarked;
