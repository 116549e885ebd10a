package baton.shell.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class LineEncoderTest {
    private final LineEncoder encoder = new LineEncoder(ZoneId.of("Asia/Tokyo"));

    @Test
    void aLineHasLocalTimeLevelShortNameAndMessage() {
        assertThat(line(event("baton.server.Main", Level.INFO, "began zxid=7")))
                .isEqualTo("05:06:07.008 INFO  Main began zxid=7\n");
        assertThat(line(event("bare", Level.ERROR, "zö"))).isEqualTo("05:06:07.008 ERROR bare zö\n");
    }

    @Test
    void aStackTraceFollowsTheLine() {
        LoggingEvent event = event("a.B", Level.WARN, "failed");
        event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("broken")));

        assertThat(line(event).lines().limit(3))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("05:06:07.008 WARN  B failed"),
                        second -> assertThat(second).isEqualTo("java.lang.IllegalStateException: broken"),
                        third -> assertThat(third).contains("at " + LineEncoderTest.class.getName()));
    }

    private String line(LoggingEvent event) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private static LoggingEvent event(String logger, Level level, String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(new LoggerContext());
        event.setLoggerName(logger);
        event.setLevel(level);
        event.setMessage(message);
        event.setTimeStamp(Instant.parse("2026-01-02T20:06:07.008Z").toEpochMilli());
        return event;
    }
}
