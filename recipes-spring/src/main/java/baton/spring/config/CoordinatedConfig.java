package baton.spring.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Binds a record to one node of the store. Inject {@code Live<TheRecord>} to read it.
 *
 * <pre>{@code
 * @CoordinatedConfig("/config/limits.yaml")
 * public record Limits(@Min(1) int perSecond, @DefaultValue("30s") Duration window) {}
 * }</pre>
 *
 * <p>The node holds one document: YAML if its name ends in {@code .yaml} or {@code .yml}, JSON if in {@code .json}, else
 * properties. It is bound as Boot binds configuration properties: relaxed names, the application's converters,
 * {@link org.springframework.boot.context.properties.bind.DefaultValue}, nested records, Bean Validation if there is
 * any. Each version is bound to a new record, from nothing. A key that is unknown refuses the
 * whole version, and so does one that is missing, unless its component has a default or may be {@code @Nullable}; the
 * last good version stays.
 *
 * <p>Records are found in the packages of the application, as entities are.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface CoordinatedConfig {
    /** As {@link #path}. */
    @AliasFor("path")
    String value() default "";

    /** The node, below the namespace. Placeholders are resolved. */
    @AliasFor("value")
    String path() default "";
}
