package baton.foreign.curator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves out the tests of {@code exclusions.txt}; reports show them as skipped, with their reason. */
public final class Exclusions implements ExecutionCondition {
    private static final String TABLE = "/exclusions.txt";

    private final Map<String, String> reasons = table();

    /** Returns the reasons by class, or class and method, without the package. */
    static Map<String, String> table() {
        Map<String, String> reasons = new TreeMap<>();
        try (InputStream in = Exclusions.class.getResourceAsStream(TABLE)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String[] parts = line.strip().split("\\s+", 2);
                if (!parts[0].isEmpty() && !parts[0].startsWith("--")) {
                    reasons.put(parts[0], parts[1]);
                }
            }
            return reasons;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String name = context.getTestClass().map(Class::getSimpleName).orElse("")
                + context.getTestMethod().map(each -> "#" + each.getName()).orElse("");
        String reason = reasons.get(name);
        return reason == null
                ? ConditionEvaluationResult.enabled("not in the table")
                : ConditionEvaluationResult.disabled(reason);
    }
}
