package baton.spring.lock;

import baton.spring.guard.OnLoss;
import baton.spring.guard.Otherwise;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Holds a lock while a method runs. On a class: for each call of its public methods.
 *
 * <pre>{@code
 * @DistributedLock(key = "'invoice-' + #id", waitFor = "5s")
 * void close(long id, FencingToken token) {
 *     repository.close(id, token);   // UPDATE invoice SET ..., token = :t WHERE id = :id AND token <= :t
 * }
 * }</pre>
 *
 * <p>The lock lives as long as the method runs and the session lives; no time limit has to be guessed, and after a
 * crash it is free within the session timeout. When it is lost while the method runs, the method is interrupted and the
 * call ends with {@link baton.recipes.GrantLostException}. The same thread may enter again through another guarded
 * method with the same name, key, {@link #atMost} and {@link #atLeast}; a method that returns a {@code CompletionStage}
 * holds the lock until that completes, and is not re-entrant; one that returns a {@code Mono} or {@code Flux} likewise,
 * for each subscription.
 *
 * <p>A parameter of type {@link baton.recipes.lock.LockGrant}, {@link baton.recipes.Grant} or {@link
 * baton.recipes.FencingToken} is filled by the guard; callers pass {@code null}. The process may be paused for longer
 * than the session lives; then another instance may hold the lock already. Hand the token to what you write to, and let
 * it refuse smaller ones.
 *
 * <p>Calls within the same class do not pass the guard: see {@link baton.spring.guard.BatonGuards#assertGuarded}.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface DistributedLock {
    /** As {@link #name}. */
    @AliasFor("name")
    String value() default "";

    /** The lock's name, or the first part of it if there is a {@link #key}. Placeholders are resolved. */
    @AliasFor("value")
    String name() default "";

    /**
     * SpEL that gives the key at each call. Variables: the parameters by name, {@code #p0} and so on; beans as {@code
     * @bean}; root: {@code method}, {@code target}, {@code args}. Null or blank results are refused.
     */
    String key() default "";

    /** How long to wait for the lock, such as {@code 5s}, or {@code forever}. Default: {@code baton.lock.wait}. */
    String waitFor() default "";

    /** What a call does that did not get the lock. */
    Otherwise otherwise() default Otherwise.DEFAULT;

    /** After this time the lock is lost and the method interrupted. Default: {@code baton.lock.at-most}. */
    String atMost() default "";

    /** For at least this time nobody else gets the lock, even if the method is done. Default: {@code baton.lock.at-least}. */
    String atLeast() default "";

    /** What losing the lock does to a running call. */
    OnLoss onLoss() default OnLoss.INTERRUPT;
}
