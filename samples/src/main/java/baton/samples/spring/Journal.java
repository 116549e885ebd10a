package baton.samples.spring;

import baton.spring.config.ConfigChange;
import baton.spring.config.ConfigListener;
import baton.spring.config.ConfigRejectedEvent;
import baton.spring.leader.LeadershipGrantedEvent;
import baton.spring.leader.LeadershipRevokedEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes down what the application is told. */
@Component
public class Journal {
    private final List<String> entries = new CopyOnWriteArrayList<>();

    @EventListener
    void granted(LeadershipGrantedEvent event) {
        entries.add("leads " + event.role());
    }

    @EventListener
    void revoked(LeadershipRevokedEvent event) {
        entries.add("leads " + event.role() + " no more: " + event.reason());
    }

    @ConfigListener
    void changed(ConfigChange<Limits> change) {
        entries.add("limits are " + change.current());
    }

    @EventListener
    void refused(ConfigRejectedEvent event) {
        entries.add("refused: " + event.reason());
    }

    public List<String> entries() {
        return List.copyOf(entries);
    }
}
