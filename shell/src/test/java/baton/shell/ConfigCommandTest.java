package baton.shell;

import static org.assertj.core.api.Assertions.assertThat;

import baton.recipes.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine commandLine = Commands.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    private String file(String name, String... lines) throws Exception {
        return Files.write(directory.resolve(name), List.of(lines)).toString();
    }

    @Test
    void checkingFindsEverythingInAllFilesAndLeavesNothingBehind() throws Exception {
        String good = file("good.cfg", "clientPort=2181", "dataDir=" + directory.resolve("data"), "initLimit=5");
        String bad = file("bad.cfg", "clientPort=none", "tickTme=5");

        int code = run("config", "check", good, bad);

        assertThat(code).isEqualTo(3);
        assertThat(out.toString())
                .contains(
                        "note: good.cfg line 3: initLimit has no effect here: only ensembles use it",
                        good + ": a server would start",
                        "error: bad.cfg line 1: clientPort=none: must be",
                        "error: bad.cfg line 2: unknown key 'tickTme': did you mean 'tickTime'?",
                        "error: bad.cfg: dataDir is missing",
                        bad + ": a server would not start, for 3 reasons");
        try (var left = Files.list(directory)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void checkingWarnsOfAddressesThatThisMachineLacks() throws Exception {
        String data = "dataDir=" + directory.resolve("data");
        String away = file("away.cfg", "clientPort=2181", data, "clientPortAddress=192.0.2.1");
        String here = file("here.cfg", "clientPort=2181", data, "clientPortAddress=127.0.0.1");

        assertThat(run("config", "check", away, here)).isZero();

        assertThat(out.toString().lines().filter(line -> line.contains("no address")))
                .containsExactly("warning: clientPort: 192.0.2.1:2181 is no address of this machine");
    }

    @Test
    void checkingSaysTheSameToScripts() throws Exception {
        String file = file("zoo.cfg", "clientPort=2181", "dataDir=" + directory.resolve("data"), "colour=blue");

        int code = run("config", "check", "--lenient", "--output", "json", file);

        assertThat(code).isZero();
        Map<String, ?> found = Json.readObject(out.toString().strip());
        assertThat(found.get("file")).isEqualTo(file);
        assertThat(found.get("ok")).isEqualTo(true);
        assertThat(found.get("problems")).isEqualTo(List.of());
        assertThat(found.get("warnings")).asString().contains("unknown key 'colour'");
    }

    @Test
    void explainingTellsValueAndOriginOfEachKey() throws Exception {
        String file = file("zoo.cfg", "clientPort=2181", "dataDir=" + directory.resolve("data"), "syncLimit=2");

        assertThat(run("config", "explain", file)).isZero();

        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches("clientPort +2181  \\(zoo.cfg line 1\\)"))
                .anyMatch(line -> line.matches("maxClientCnxns +60  \\(default\\)"))
                .anyMatch(line -> line.matches("syncLimit +2  \\(zoo.cfg line 3\\)  has no effect here: .*"));
    }

    @Test
    void explainingWorksWithoutAFileAndListsWhatIsKnown() {
        assertThat(run("config", "explain", "--output", "json")).isZero();
        assertThat(out.toString()).contains("{\"key\":\"clientPortAddress\",\"value\":\"127.0.0.1\"");

        assertThat(run("config", "explain", "--keys")).isZero();
        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches("oraclePath +refused  .*"))
                .anyMatch(line -> line.matches("snapCount +honoured"))
                .anyMatch(line -> line.matches("ssl\\.keyStore\\.password +honoured"))
                .anyMatch(line -> line.matches("commitProcessor\\.\\* +no effect  .*"));
    }

    @Test
    void explainingTellsThatTheCommandLineForgivesUnknownKeys() throws Exception {
        String file = file("zoo.cfg", "clientPort=2181", "dataDir=" + directory.resolve("data"), "colour=blue");

        assertThat(run("config", "explain", "--lenient", file)).isZero();

        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches("baton\\.config\\.unknown +warn  \\(option --lenient\\)"));
    }

    @Test
    void whatIsTypedWrongIsFollowedByACommandThatHelps() {
        assertThat(run("config", "explain", "one.cfg", "two.cfg")).isEqualTo(2);
        assertThat(err.toString()).contains("Try 'bin/baton config explain --help'.");

        assertThat(run("config", "explain", "--help")).isZero();
    }

    @Test
    void whatCannotBeExplainedIsSaid() throws Exception {
        assertThat(run("config", "explain", file("zoo.cfg", "clientPort=0"))).isEqualTo(3);
        assertThat(err.toString()).contains("zoo.cfg line 1: clientPort=0", "dataDir is missing");
    }

    @Test
    void comparingListsWhatFilesDoNotStateAlike() throws Exception {
        String one = file("a.cfg", "tickTime=2000", "dataDir=/d", "server.1=a:2888:3888", "syncLimit=5");
        String other = file("b.cfg", "zookeeper.tickTime=2000", "dataDir=/e", "syncLimit=6", "clientPort=2181");

        int code = run("config", "compare", one, other);

        assertThat(code).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "clientPort",
                        "  " + one + ": -",
                        "  " + other + " line 4: 2181",
                        "dataDir",
                        "  " + one + " line 2: /d",
                        "  " + other + " line 2: /e",
                        "server.1  (all members of an ensemble need the same)",
                        "  " + one + " line 3: a:2888:3888",
                        "  " + other + ": -",
                        "syncLimit  (all members of an ensemble need the same)",
                        "  " + one + " line 4: 5",
                        "  " + other + " line 3: 6");
    }

    @Test
    void comparingShowsNoSecretAndSaysWhenFilesAreAlike() throws Exception {
        String one = file("a.cfg", "ssl.keyStore.password=hidden");
        String other = file("b.cfg", "ssl.keyStore.password=concealed");

        assertThat(run("config", "compare", one, other)).isEqualTo(1);
        assertThat(out.toString()).contains("ssl.keyStore.password").doesNotContain("hidden", "concealed");

        assertThat(run("config", "compare", one, one)).isZero();
        assertThat(out.toString()).contains("the files state the same");
    }

    @Test
    void convertingKeepsWhatWorksAndExplainsTheRest() throws Exception {
        String old = file(
                "zoo.cfg",
                "# ours",
                "zookeeper.snapCount = 1000",
                "clientPort=2181",
                "dataDir=" + directory.resolve("data"),
                "maxResponseCacheSize=1",
                "oraclePath=/o",
                "tickTme=5");

        assertThat(run("config", "convert", old)).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "snapCount=1000",
                        "clientPort=2181",
                        "dataDir=" + directory.resolve("data"),
                        "# line 5 has no effect here: this server is built differently and needs no such setting",
                        "# maxResponseCacheSize=1",
                        "# line 6 is refused: ensembles are not supported yet",
                        "# oraclePath=/o",
                        "# line 7 unknown: did you mean tickTime?",
                        "# tickTme=5");
        String converted = file("new.cfg", out.toString().lines().toArray(String[]::new));
        assertThat(run("config", "check", converted)).isZero();
    }

    @Test
    void convertingKeepsLinesLines() throws Exception {
        String old = file(
                "zoo.cfg",
                "ssl.keyStore.password=back\\\\slash\\nline\\ttab",
                "oraclePath=/o\\nclientPort=1",
                "of\\ ours\\nclientPort=2");

        assertThat(run("config", "convert", old)).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "ssl.keyStore.password=back\\\\slash\\nline\\ttab",
                        "# line 2 is refused: ensembles are not supported yet",
                        "# oraclePath=/o\\nclientPort=1",
                        "# line 3 unknown",
                        "# of\\ ours\\nclientPort=2");
    }
}
