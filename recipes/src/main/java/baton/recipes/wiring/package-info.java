/**
 * Puts a client together with Dagger.
 *
 * <p>A core is a module: {@link baton.recipes.wiring.CoreModule} brings one that exists already; a component of an
 * application brings its own and includes {@link baton.recipes.wiring.ClientModule}. {@link
 * baton.recipes.wiring.ClientComponent} is what the plain builder uses.
 */
@NullMarked
package baton.recipes.wiring;

import org.jspecify.annotations.NullMarked;
