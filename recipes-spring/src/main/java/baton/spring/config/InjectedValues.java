package baton.spring.config;

import baton.spring.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InjectionPoint;

/**
 * Gives a record to those who inject it instead of a {@link Live}: they keep the value of that moment, which is worth a
 * line in the log, or a refusal if the application is strict.
 *
 * @param strict whether to refuse
 */
public record InjectedValues(boolean strict) {
    private static final Logger LOG = LoggerFactory.getLogger(InjectedValues.class);

    /** The value for one injection point. */
    public Object of(Live<?> live, InjectionPoint point) {
        String where = point.getMember().getDeclaringClass().getSimpleName();
        if (strict) {
            throw new StartRefusedException(
                    where + " injects a value of " + live + " that would never change (baton.config.strict=true).",
                    "Inject Live<...> and call get() for each unit of work.");
        }
        LOG.info("injected the value of this moment into={} from={}", where, live);
        return live.get();
    }
}
