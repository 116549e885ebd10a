package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.StartFailedException;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Parser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is offered when somebody presses Tab at the end of a line; the reader keeps what begins like the word. */
class ShellCompleterTest {
    private ShellOnServer shell;

    @BeforeEach
    void start() throws InterruptedException, StartFailedException {
        shell = ShellOnServer.start();
        shell.given("create /app", "create /app/jobs", "create /app/job-2", "create /app/workers");
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    @Test
    void theFirstWordIsACommand() {
        assertThat(offeredAt("lo")).contains("locks", "get", "create", "redo");
        assertThat(offeredAt("help ")).contains("locks");
    }

    @Test
    void aWordWithADashIsAnOptionOfTheCommand() {
        assertThat(offeredAt("create -"))
                .containsExactly("-c", "-e", "-s", "-t", "--file", "--stdin", "--base64", "--parents", "--dry-run");
        assertThat(offeredAt("find /app -")).contains("-name", "-ephemeral");
        assertThat(offeredAt("nonsense -")).isEmpty();
    }

    @Test
    void aWordWithASlashIsAPathOnTheServer() {
        assertThat(offeredAt("get /a")).containsExactly("/app");
        assertThat(offeredAt("get /app/")).containsExactly("/app/job-2", "/app/jobs", "/app/workers");
        assertThat(offeredAt("get -s /app/jo")).containsExactly("/app/job-2", "/app/jobs");
        assertThat(offeredAt("get /none/x")).isEmpty();
    }

    @Test
    void aFewCommandsTakeOtherWords() {
        assertThat(offeredAt("printwatches o")).containsExactly("on", "off");
        assertThat(offeredAt("addWatch -m P")).contains("PERSISTENT");
        assertThat(offeredAt("get -o ")).containsExactly("raw", "base64", "hex", "json", "pretty");
    }

    @Test
    void aWordWithoutASlashIsAPathOnceThereIsADirectory() {
        assertThat(offeredAt("get jo")).isEmpty();

        shell.shell().enter(new Directory("/app"));

        assertThat(offeredAt("get jo")).containsExactly("job-2", "jobs");
        assertThat(offeredAt("get ")).containsExactly("job-2", "jobs", "workers");
        assertThat(offeredAt("get ../app/wo")).containsExactly("../app/workers");
        assertThat(offeredAt("printwatches o")).containsExactly("on", "off");
        assertThat(offeredAt("tasks re")).contains("retry", "purge", "cancel");
    }

    @Test
    void commandsAboutRecipesAreOfferedThose() throws InterruptedException {
        String ticket = "_c_2f5ab7d1-0c1e-4a7b-9d8e-1f2a3b4c5d6e-";
        shell.given("create /app/jobs/ledger", "create -s /app/jobs/ledger/" + ticket + "lock-");
        shell.given("create /app/boss", "create -s /app/boss/" + ticket + "latch-");
        shell.given("create /app/workers/tasks", "create /app/workers/election");

        assertThat(offeredAt("locks ")).containsExactly("revoke", "force", "/app/jobs/ledger");
        assertThat(offeredAt("leaders ")).containsExactly("relinquish", "/app/boss");
        assertThat(offeredAt("queues ")).containsExactly("/app/workers");
    }

    @Test
    void whatCannotBeWrittenIsNotOffered() throws InterruptedException {
        shell.given("create /q", "create /q/it's", "create \"/q/it's one\"", "create '/q/one '\"it's");

        assertThat(offeredAt("get it's /q/")).containsExactly("/q/it's", "/q/it's one");
    }

    @Test
    void nothingIsOfferedWithoutAServer() throws InterruptedException {
        shell.given("close");

        assertThat(offeredAt("get /a")).isEmpty();
    }

    private List<String> offeredAt(String line) {
        List<Candidate> candidates = new ArrayList<>();
        Parser parser = new ShellParser();
        new ShellCompleter(shell.shell())
                .complete(parser.parse(line, line.length(), Parser.ParseContext.COMPLETE), candidates);
        return candidates.stream().map(Candidate::value).toList();
    }
}
