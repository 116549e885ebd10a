package baton.spring.registry;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which service an injected {@code ServiceProvider<ServiceMetadata>} picks from. All injection points of one
 * service share one provider, which {@link ServiceProviderCustomizer} beans may change; changes of its instances are
 * told by {@link ServiceInstancesChangedEvent}.
 */
@Target({ElementType.PARAMETER, ElementType.FIELD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ServiceClient {
    /** The service. Placeholders are resolved. */
    String value();
}
