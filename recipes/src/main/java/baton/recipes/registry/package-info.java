/**
 * Services announce their instances; clients pick one.
 *
 * <p>{@link baton.recipes.registry.ServiceRegistry} is where both begin. Announcing: {@link
 * baton.recipes.registry.ServiceInstance}, {@link baton.recipes.registry.Registration}. Looking on: {@link
 * baton.recipes.registry.ServiceCache}. Picking: {@link baton.recipes.registry.ServiceProvider} with a {@link
 * baton.recipes.registry.ProviderStrategy} over an {@link baton.recipes.registry.InstanceView}, and a {@link
 * baton.recipes.registry.DownInstancePolicy} for those that fail their callers.
 *
 * <p>Layout: {@code base/<service>/<id>}, the data is the instance as JSON in the form Apache Curator gives it. Providers
 * and caches of one registry share one subscription a service. That an instance is present does not say that it is well.
 */
@NullMarked
package baton.recipes.registry;

import org.jspecify.annotations.NullMarked;
