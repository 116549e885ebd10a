package baton.shell.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void everyKindComesBackAsItWas() {
        Outcome done = new Outcome("task-80-1", "/a b/c", Optional.of(new FileFacts("00ff", 3, 4)), "", "worker-1", 2);
        Outcome failed = new Outcome("task-80-2", "/x", Optional.empty(), "no such file", "worker-2", 5);
        List<Report> reports = List.of(
                new Report.Listening("127.0.0.1:2181"),
                new Report.Ready(),
                new Report.Leading(Long.MAX_VALUE),
                new Report.Halfway("task-80-1", "/a b/c", 2),
                new Report.Recorded(done),
                new Report.Recorded(failed),
                new Report.Failed("why"));

        assertThat(reports)
                .allSatisfy(report -> assertThat(Report.parse(report.line())).isEqualTo(report));
    }

    @Property(tries = 200)
    void anyTextStaysOnOneLineAndComesBack(@ForAll String text) {
        // A lone surrogate is no text: no encoding has it.
        String file = new String(text.getBytes(UTF_8), UTF_8);
        Report report = new Report.Halfway("task", file, 1);

        assertThat(report.line()).doesNotContain("\n", "\r");
        assertThat(Report.parse(report.line())).isEqualTo(report);
        Stage.Order order = new Stage.Order(ClientPart.SUBMIT, file);
        assertThat(Stage.Order.parse(order.line())).isEqualTo(order);
    }

    @Test
    void anythingElseIsNoReport() {
        assertThatThrownBy(() -> Report.parse("Exception in thread main"))
                .hasMessage("no report: Exception in thread main");
    }
}
