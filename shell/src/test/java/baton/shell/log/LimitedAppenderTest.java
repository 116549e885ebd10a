package baton.shell.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedAppenderTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void linesLeftOutAreAnnouncedAndCountedAtTheNextLineOfAnybody() {
        ListAppender<ILoggingEvent> out = new ListAppender<>();
        out.start();
        LimitedAppender limited = new LimitedAppender();
        limited.setContext(context);
        limited.addAppender(out);
        limited.start();

        for (int i = 0; i < 250; i++) {
            limited.doAppend(event("noisy", "again " + i, 1_000));
        }
        limited.doAppend(event("quiet", "something else", 2_000));

        List<String> lines = out.list.stream()
                .map(each -> each.getLoggerName() + " " + each.getLevel() + " " + each.getFormattedMessage())
                .toList();
        assertThat(lines).hasSize(103).startsWith("noisy INFO again 0");
        assertThat(lines.subList(99, 103))
                .containsExactly(
                        "noisy INFO again 99",
                        "noisy WARN leaving out lines beyond 100 of this second",
                        "noisy WARN left out lines=150",
                        "quiet INFO something else");
    }

    private ILoggingEvent event(String logger, String message, long timeMillis) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(context);
        event.setLoggerName(logger);
        event.setLevel(Level.INFO);
        event.setMessage(message);
        event.setTimeStamp(timeMillis);
        return event;
    }
}
