package baton.shell.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LogLineTest {
    @Test
    void aLineHasLocalTimeLevelShortNameAndMessage() {
        assertThat(text("baton.server.Main", Level.INFO, "began zxid=7", null))
                .isEqualTo("05:06:07.008 INFO  Main began zxid=7\n");
        assertThat(text("bare", Level.ERROR, "zö", null)).isEqualTo("05:06:07.008 ERROR bare zö\n");
    }

    @Test
    void theTimeIsThatOfTheSeason() {
        TimeZone zone = TimeZone.getTimeZone("America/New_York");
        LogLine winter = line("2026-01-02T03:06:07.008Z");
        LogLine summer = line("2026-07-02T03:06:07.008Z");

        assertThat(winter.text(zone)).startsWith("22:06:07.008 ");
        assertThat(summer.text(zone)).startsWith("23:06:07.008 ");
    }

    private static LogLine line(String at) {
        return new LogLine(Instant.parse(at).toEpochMilli(), Level.INFO, "a.B", "said", null);
    }

    @Test
    void aStackTraceFollowsTheLineWithCausesAndWhatElseWentWrong() {
        IllegalStateException broken = new IllegalStateException("broken", new ArithmeticException("cause"));
        broken.addSuppressed(new RuntimeException("closing"));

        assertThat(text("a.B", Level.WARN, "failed", broken).lines())
                .startsWith("05:06:07.008 WARN  B failed", "java.lang.IllegalStateException: broken")
                .contains(
                        "Suppressed: java.lang.RuntimeException: closing",
                        "Caused by: java.lang.ArithmeticException: cause")
                .anyMatch(line -> line.startsWith("\tat ") && line.contains(LogLineTest.class.getName()));
    }

    @Test
    void causesThatGoRoundInACircleComeToAnEnd() {
        RuntimeException first = new RuntimeException("first");
        first.initCause(new RuntimeException("second", first));

        assertThat(text("a.B", Level.WARN, "failed", first).lines())
                .filteredOn(line -> !line.startsWith("\tat "))
                .containsExactly(
                        "05:06:07.008 WARN  B failed",
                        "java.lang.RuntimeException: first",
                        "Caused by: java.lang.RuntimeException: second",
                        "Caused by: java.lang.RuntimeException: first");
    }

    private static String text(String logger, Level level, String message, @Nullable Throwable thrown) {
        long atMillis = Instant.parse("2026-01-02T20:06:07.008Z").toEpochMilli();
        return new LogLine(atMillis, level, logger, message, thrown).text(TimeZone.getTimeZone("Asia/Tokyo"));
    }
}
