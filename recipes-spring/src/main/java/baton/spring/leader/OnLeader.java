package baton.spring.leader;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method each time this instance becomes the leader of a role, on a thread of its own, until it returns or
 * leadership is lost; then it is interrupted.
 *
 * <p>The method takes nothing or a {@link baton.recipes.latch.Leadership}. At most one run is active in a process: after a
 * loss the next waits until the interrupted one has returned, and a warning with its stack is written every ten seconds
 * while it does not.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface OnLeader {
    /** As {@link #role}. */
    @AliasFor("role")
    String value() default LeaderOnly.DEFAULT_ROLE;

    /** The role that is led: one path segment. Placeholders are resolved. */
    @AliasFor("value")
    String role() default LeaderOnly.DEFAULT_ROLE;

    /** What becomes of leadership when the method returns. */
    WhenDone whenDone() default WhenDone.KEEP;

    /** What becomes of leadership when the method throws. */
    OnFailure onFailure() default OnFailure.RELINQUISH;

    /** After the method has returned. */
    enum WhenDone {
        /** This instance keeps leading. */
        KEEP,
        /** It lets another instance lead and queues up again behind all others. */
        RELEASE
    }

    /** After the method has thrown. */
    enum OnFailure {
        /** It lets another instance lead and queues up again after a pause: 1 s, doubling to 30 s while failures go on. */
        RELINQUISH,
        /** This instance keeps leading and does nothing. */
        KEEP
    }
}
