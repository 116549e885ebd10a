/**
 * Looking on: what lies in a directory, kept up to date by one subscription.
 *
 * <p>{@link baton.recipes.view.ChildrenView} follows the client from session to session and tells its observer, on its
 * own strand, what changed, as {@link baton.recipes.view.ViewOptions} say; {@link baton.recipes.view.Children} is what it knows at one moment. Recipes that turn nodes
 * into members or services stand on it. It decodes nothing and runs no code of the user.
 */
@NullMarked
package baton.recipes.view;

import org.jspecify.annotations.NullMarked;
