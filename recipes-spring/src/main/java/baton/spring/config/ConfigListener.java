package baton.spring.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.event.EventListener;

/**
 * Marks a method that hears of changed configuration, after the first value. It takes one of:
 *
 * <ul>
 *   <li>a {@link ConfigChange} of the record it is interested in,
 *   <li>the record, which is then the current value,
 *   <li>a {@link ConfigChangedEvent}: any imported key,
 *   <li>nothing: any imported key, and any record that is bound to a node.
 * </ul>
 *
 * <p>Called on the listener executor, one call at a time. What it throws is logged and changes nothing else.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@EventListener({ConfigChange.class, ConfigChangedEvent.class})
public @interface ConfigListener {
    /** Patterns of keys, such as {@code limits.*}; a change that has none of them is not told. Default: all. */
    String[] keys() default {};
}
