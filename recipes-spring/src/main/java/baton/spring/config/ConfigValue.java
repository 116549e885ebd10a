package baton.spring.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which value an injected {@link Live} gives, where no record is worth it: {@code
 * @ConfigValue("${limits.per-second:10}") Live<Integer> perSecond}.
 *
 * <p>It follows imported configuration. A value that cannot be converted refuses the start; later the last good one
 * stays.
 */
@Target({ElementType.PARAMETER, ElementType.FIELD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ConfigValue {
    /** Text with placeholders. */
    String value();
}
