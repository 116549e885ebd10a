package baton.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;

class EventDeliveryTest {
    private final GenericApplicationContext context = new GenericApplicationContext();
    private final List<Object> heard = new ArrayList<>();

    @BeforeEach
    void refresh() {
        context.addApplicationListener(event -> {
            if (event instanceof PayloadApplicationEvent<?> payload) {
                heard.add(payload.getPayload());
            }
        });
        context.refresh();
    }

    @Test
    void holdsBackTheLatestOfEachSubjectUntilReady() {
        EventDelivery events = new EventDelivery(context, false);
        events.publish("a", "a1");
        events.publish("b", "b1");
        events.publish("a", "a2");
        assertThat(heard).isEmpty();

        ready(events);
        events.publish("a", "a3");

        assertThat(heard).isEqualTo(List.of("b1", "a2", "a3"));
    }

    @Test
    void forgetsWhatBeganAndEndedBeforeReady() {
        EventDelivery events = new EventDelivery(context, false);
        events.publish("a", "granted");
        events.publishEnd("a", "revoked");
        events.publishIfReady("jeopardy");

        ready(events);

        assertThat(heard).isEmpty();
    }

    @Test
    void deliversAtOnceIfToldTo() {
        EventDelivery events = new EventDelivery(context, true);

        events.publish("a", "granted");
        events.publishIfReady("jeopardy");
        events.publishEnd("a", "revoked");

        assertThat(heard).isEqualTo(List.of("granted", "jeopardy", "revoked"));
    }

    private void ready(EventDelivery events) {
        events.onApplicationEvent(new ApplicationReadyEvent(new SpringApplication(), new String[0], context, null));
    }
}
