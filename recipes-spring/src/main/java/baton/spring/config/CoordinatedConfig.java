package baton.spring.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Binds a record to one node of the store, or to the keys below a prefix of the environment. Inject {@code
 * Live<TheRecord>} to read it.
 *
 * <pre>{@code
 * @CoordinatedConfig("/config/limits.yaml")
 * public record Limits(@Min(1) int perSecond, @DefaultValue("30s") Duration window) {}
 * }</pre>
 *
 * <p>It is bound as Boot binds configuration properties: relaxed names, the application's converters, {@link
 * org.springframework.boot.context.properties.bind.DefaultValue}, nested records, Bean Validation if there is any. Each
 * version is bound to a new record, from nothing. A key that is missing refuses the whole version, unless its component
 * has a default or may be {@code @Nullable}; the last good version stays.
 *
 * <p>A <b>node</b> holds one document: YAML if its name ends in {@code .yaml} or {@code .yml}, JSON if in {@code .json},
 * else properties; a key that is unknown refuses it. A {@link baton.recipes.config.ConfigPublisher} of the record can be
 * injected to write it. Keys below a <b>prefix</b> may come from any source; the record follows those that are imported
 * with {@code spring.config.import=baton:}, and a start without a good value is refused.
 *
 * <p>Injecting the record itself gives the value of that moment for ever. Records are found in the packages of the
 * application, as entities are.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface CoordinatedConfig {
    /** As {@link #path}. */
    @AliasFor("path")
    String value() default "";

    /** The node, below {@code baton.config.namespace}. Placeholders are resolved. */
    @AliasFor("value")
    String path() default "";

    /** The keys in the environment, instead of a path. */
    String prefix() default "";

    /** Whether the path keeps versions, as a versioned {@link baton.recipes.config.ConfigPublisher} writes them. */
    boolean versioned() default false;
}
