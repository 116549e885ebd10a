package baton.shell.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LogLinesTest {
    private static final int TIME_LENGTH = "00:00:00.000 ".length();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LogLines log = new LogLines(new PrintStream(out, true, StandardCharsets.US_ASCII));

    @Test
    void linesLeftOutAreAnnouncedAndCountedAtTheNextLineOfAnybody() {
        for (int i = 0; i < 250; i++) {
            log.writeSparingly(line("noisy", "again " + i, 1_000));
        }
        log.writeSparingly(line("quiet", "something else", 2_000));

        List<String> lines = written();
        assertThat(lines).hasSize(103).startsWith("INFO  noisy again 0");
        assertThat(lines.subList(99, 103))
                .containsExactly(
                        "INFO  noisy again 99",
                        "WARN  noisy leaving out lines beyond 100 of this second",
                        "WARN  noisy left out lines=150",
                        "INFO  quiet something else");
    }

    @Test
    void linesThatAreWrittenInAnyCaseAreUtf8AndNotCounted() {
        for (int i = 0; i < 250; i++) {
            log.write(line("audit", "ö" + i, 1_000));
        }
        log.writeSparingly(line("audit", "one more", 1_000));

        assertThat(written()).hasSize(251).startsWith("INFO  audit ö0").endsWith("INFO  audit one more");
    }

    @Test
    void whoHasTheTerminalShowsThemMeanwhile() {
        List<String> shown = new ArrayList<>();

        log.showBy(shown::add);
        log.writeSparingly(line("library", "while somebody types", 1_000));
        log.showBy(null);
        log.write(line("library", "later", 1_000));

        assertThat(shown).singleElement().asString().endsWith("INFO  library while somebody types\n");
        assertThat(written()).containsExactly("INFO  library later");
    }

    /** Else two threads could wait for each other: one that logs, and one that holds the terminal and logs. */
    @Test
    void whoHasTheTerminalIsCalledWithoutALock() {
        List<Boolean> held = new ArrayList<>();
        log.showBy(text -> held.add(Thread.holdsLock(log)));

        log.write(line("audit", "one", 1_000));
        for (int i = 0; i < 101; i++) {
            log.writeSparingly(line("library", "another", 1_000));
        }

        assertThat(held).hasSize(102).containsOnly(false);
    }

    private List<String> written() {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(TIME_LENGTH))
                .toList();
    }

    private static LogLine line(String logger, String message, long atMillis) {
        return new LogLine(atMillis, Level.INFO, logger, message, null);
    }
}
