/**
 * The object graph of a server, built by Dagger: {@link baton.server.wiring.ServerComponent}.
 *
 * <p>The only package that knows Dagger. Constructors elsewhere say {@code @Inject} and no more.
 */
@NullMarked
package baton.server.wiring;

import org.jspecify.annotations.NullMarked;
