package baton.shell.cores;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/cores.md to what the contract's tests found in this build, core by core. A core whose tests were not run,
 * for want of etcd say, keeps its column.
 */
class CoresPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/cores.md");
    private static final String BEGIN = "<!-- results of the contract: begin; written by CoresPageTest -->\n";
    private static final String END = "<!-- results of the contract: end -->\n";
    private static final String WAY_OUT = """
            docs/cores.md does not say what the contract's tests found. To write it anew:
            mvn -pl shell -am test -Dsurefire.failIfNoSpecifiedTests=false -Dcores.page=write \
            -Dtest='*CoreContractTest,*CoreFaultTest,Server*Test,Embedded*Test,CoresPageTest'""";

    @Test
    void thePageSaysWhatTheTestsOfTheContractFound() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains(BEGIN, END);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        String before = page.substring(begin, end);

        String now =
                "\n" + table("contract", "CoordinationCoreContract", "Contract").text(before) + "\n"
                        + table("with faults", "CoreFaultContract", "Fault").text(before) + "\n";

        if ("write".equals(System.getProperty("cores.page"))) {
            Files.writeString(PAGE, page.substring(0, begin) + now + page.substring(end));
        } else {
            assertThat(before).as(WAY_OUT).isEqualTo(now);
        }
    }

    /** Makes a table of a contract, of which each core has a test class with a name that ends alike. */
    private static ContractTable table(String title, String contract, String kind) throws IOException {
        Path source = ROOT.resolve("core/testkit/src/main/java/baton/core/testkit/" + contract + ".java");
        List<String> tests = ContractTable.testsIn(Files.readString(source));
        List<ContractReport> columns = List.of(
                report("embedded", "embedded", "baton.embedded.Embedded" + kind + "Test"),
                report("Baton", "embedded", "baton.embedded.Server" + kind + "Test"),
                report("Apache ZooKeeper", "client", "baton.client.ApacheCore" + kind + "Test"),
                report("etcd", "etcd", "baton.etcd.EtcdCore" + kind + "Test"));
        columns.stream()
                .filter(column -> !column.cover(tests))
                .forEach(column -> System.err.println("NOT COMPARED: docs/cores.md, " + title + ", " + column.core()
                        + ": this build has not run all of its tests"));
        return new ContractTable(title, tests, columns);
    }

    private static ContractReport report(String core, String module, String testClass) {
        Path directory = ROOT.resolve("core/" + module + "/target/surefire-reports");
        return ContractReport.read(core, directory, testClass);
    }

    @Test
    void testsAreFoundInTheirOrderAndThoseOfTheLongRunsAreNot() {
        String source = """
                    @Test
                    void second() {
                    @Test
                    @Tag("soak")
                    void long() {
                    @Test
                    @Timeout(5)
                    void first() throws Exception {
                """;

        assertThat(ContractTable.testsIn(source)).containsExactly("second", "first");
    }

    @Test
    void aTestThatRanDifferentlyChangesTheTable() {
        List<String> tests = List.of("aTriggerFires", "aNodeNeedsAParent");
        ContractReport passing =
                new ContractReport("one", Map.of("aTriggerFires", "passed", "aNodeNeedsAParent", "passed"));
        ContractReport failing =
                new ContractReport("one", Map.of("aTriggerFires", "FAILED", "aNodeNeedsAParent", "passed"));
        String before = new ContractTable("t", tests, List.of(passing)).text("");

        assertThat(before)
                .isEqualTo(
                        "| t | one |\n|---|---|\n| a trigger fires | passed |\n| a node needs a parent | passed |\n");
        assertThat(new ContractTable("t", tests, List.of(passing)).text(before)).isEqualTo(before);
        assertThat(new ContractTable("t", tests, List.of(failing)).text(before))
                .contains("| a trigger fires | FAILED |");
    }

    @Test
    void whatWasNotRunIsLeftAsItWasAndANewTestNeedsARow() {
        ContractReport unknown = new ContractReport("one", Map.of("aTriggerFires", "FAILED"));
        String before = "| t | one |\n|---|---|\n| a trigger fires | passed |\n";

        assertThat(new ContractTable("t", List.of("aTriggerFires", "more"), List.of(unknown)).text(before))
                .endsWith("| a trigger fires | passed |\n| more | not run |\n");
    }
}
