/**
 * Makes the beans of Baton in a Spring Boot application from the properties below {@code baton}.
 *
 * <p>{@link baton.spring.autoconfigure.BatonProperties} is what can be said, {@link
 * baton.spring.autoconfigure.BatonAutoConfiguration} makes core and client, {@link
 * baton.spring.autoconfigure.BatonMethodGuardAutoConfiguration} the guards around methods, {@link
 * baton.spring.autoconfigure.BatonConfigAutoConfiguration} live configuration. Every bean steps back for one of the
 * application's own. The failure analyzers say what to do when a start is refused.
 */
@NullMarked
package baton.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
