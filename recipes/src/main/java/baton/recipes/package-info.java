/**
 * Coordination between processes: what all recipes share.
 *
 * <p>{@link baton.recipes.CoordinationClient} keeps one session at a coordination core and opens the next when it
 * ends. Recipes (packages beside this one) are built from a client and a path. Whatever a recipe lets you own is a
 * {@link baton.recipes.Grant} with a {@link baton.recipes.FencingToken}; hand the token to what you protect
 * ({@link baton.recipes.FencedResource}), or write through {@link baton.recipes.CoordinationClient#transaction}. A
 * {@link baton.recipes.Revoker} asks whoever holds something {@link baton.recipes.Revocable} to let go.
 *
 * <p>For authors of recipes: {@link baton.recipes.RecipeRuntime} gives strands, word of sessions
 * ({@link baton.recipes.SessionFollower}), store calls with retries ({@link baton.recipes.Calls}), the
 * {@link baton.recipes.Reaper}, and delivery to listeners ({@link baton.recipes.Listeners}).
 *
 * <p>Uses {@code baton.core} and nothing of any core. No class of the user runs on a thread of this package.
 */
@NullMarked
package baton.recipes;

import org.jspecify.annotations.NullMarked;
