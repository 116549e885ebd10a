package baton.spring.leader;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;

/**
 * Gives up all roles while this instance refuses traffic, so that the one that replaces it leads.
 *
 * @param elections to leave and to join again
 */
public record TrafficFollower(Elections elections)
        implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {
    @Override
    public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
        if (event.getState() == ReadinessState.REFUSING_TRAFFIC) {
            elections.withdraw();
        } else {
            elections.rejoin();
        }
    }
}
