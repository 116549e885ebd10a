package baton.shell;

import baton.recipes.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --output}: the form of what a command finds, mixed into each that people and scripts read. */
final class OutputOption {
    /** How to print results. */
    enum Form {
        text,
        json
    }

    @Option(
            names = "--output",
            paramLabel = "FORM",
            description = "${COMPLETION-CANDIDATES}; json prints an object a line.")
    private Form form = Form.text;

    boolean isJson() {
        return form == Form.json;
    }

    /** Returns a result in the form that was asked for. */
    String of(String text, Map<String, ? extends @Nullable Object> fields) {
        return isJson() ? Json.write(fields) : text;
    }
}
