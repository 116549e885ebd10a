package baton.spring.autoconfigure;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * What tells whether several instances of an application are likely.
 *
 * @param profiles that are active
 * @param platform name of the cloud it runs in; empty if in none
 */
record Surroundings(List<String> profiles, Optional<String> platform) {

    static Surroundings of(Environment environment) {
        return new Surroundings(List.of(environment.getActiveProfiles()), named(CloudPlatform.getActive(environment)));
    }

    /** As far as it is known while configuration is still being gathered. */
    static Surroundings of(Binder binder, List<String> profiles) {
        for (CloudPlatform platform : CloudPlatform.values()) {
            if (platform.isEnforced(binder)) {
                return new Surroundings(profiles, named(platform));
            }
        }
        return new Surroundings(profiles, named(CloudPlatform.getActive(new StandardEnvironment())));
    }

    private static Optional<String> named(@Nullable CloudPlatform platform) {
        return platform == null || platform == CloudPlatform.NONE ? Optional.empty() : Optional.of(platform.name());
    }
}
