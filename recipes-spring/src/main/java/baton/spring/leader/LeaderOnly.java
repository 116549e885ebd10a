package baton.spring.leader;

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
 * Runs a method only while this instance leads a role. On a class: all its public methods.
 *
 * <p>Whether it leads is known locally and costs no I/O. When leadership is lost while the method runs, the method is
 * interrupted and the call ends with {@link baton.recipes.GrantLostException}. A parameter of type {@link
 * baton.recipes.latch.Leadership}, {@link baton.recipes.Grant} or {@link baton.recipes.FencingToken} is filled by the guard;
 * callers pass {@code null}.
 *
 * <p>The process may be paused right after the check for longer than the session lives; then another instance leads
 * already. Hand the fencing token to what you write to, and let it refuse smaller ones.
 *
 * <p>Calls within the same class do not pass the guard: see {@link baton.spring.guard.BatonGuards#assertGuarded}.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface LeaderOnly {
    /** The role used when none is named. */
    String DEFAULT_ROLE = "default";

    /** As {@link #role}. */
    @AliasFor("role")
    String value() default DEFAULT_ROLE;

    /** The role that must be led: one path segment. Placeholders are resolved. */
    @AliasFor("value")
    String role() default DEFAULT_ROLE;

    /** What a call does while another instance leads. */
    Otherwise otherwise() default Otherwise.DEFAULT;

    /** How long a call waits for this instance to become the leader, such as {@code 5s}. Default: not at all. */
    String waitFor() default "0s";

    /** What loss of leadership does to a running call. */
    OnLoss onLoss() default OnLoss.INTERRUPT;
}
