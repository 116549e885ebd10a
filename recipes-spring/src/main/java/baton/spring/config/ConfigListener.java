package baton.spring.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.event.EventListener;

/**
 * Marks a method that takes a {@link ConfigChange} of the record it is interested in, and hears of every change after
 * the first value. An ordinary {@link EventListener} with a name that says what it is for.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@EventListener
public @interface ConfigListener {}
