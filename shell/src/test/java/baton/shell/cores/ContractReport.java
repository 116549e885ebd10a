package baton.shell.cores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What the tests of the contract said about one core when its module was built last.
 *
 * @param core as the documents name it
 * @param outcomes by the name of the test
 */
record ContractReport(String core, Map<String, String> outcomes) {
    static final String PASSED = "passed";
    private static final String FAILED = "FAILED";
    private static final String ASSUMPTION = "Assumption failed: ";

    ContractReport {
        outcomes = Map.copyOf(outcomes);
    }

    /** Reads the report of a test class that lies in the directory; one that is not there says nothing. */
    static ContractReport read(String core, Path directory, String testClass) {
        Path report = directory.resolve("TEST-" + testClass + ".xml");
        return new ContractReport(core, Files.exists(report) ? outcomesOf(report) : Map.of());
    }

    private static Map<String, String> outcomesOf(Path report) {
        Map<String, String> outcomes = new HashMap<>();
        try {
            NodeList tests = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getElementsByTagName("testcase");
            IntStream.range(0, tests.getLength())
                    .mapToObj(at -> (Element) tests.item(at))
                    .forEach(test -> outcomes.put(test.getAttribute("name"), outcomeOf(test)));
        } catch (ParserConfigurationException | SAXException | IOException unreadable) {
            throw new IllegalStateException("cannot read " + report + ": delete it", unreadable);
        }
        return outcomes;
    }

    private static String outcomeOf(Element test) {
        NodeList skipped = test.getElementsByTagName("skipped");
        if (skipped.getLength() > 0) {
            String why = skipped.item(0).getTextContent().lines().findFirst().orElse("");
            int reason = why.indexOf(ASSUMPTION);
            return reason < 0 ? "skipped" : "– " + why.substring(reason + ASSUMPTION.length());
        }
        boolean bad = test.getElementsByTagName("failure").getLength() > 0
                || test.getElementsByTagName("error").getLength() > 0;
        return bad ? FAILED : PASSED;
    }

    /** Whether all these tests were run; less comes of running some by hand, or of a machine without the store. */
    boolean cover(List<String> tests) {
        return outcomes.keySet().containsAll(tests);
    }
}
