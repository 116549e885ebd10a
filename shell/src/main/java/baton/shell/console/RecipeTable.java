package baton.shell.console;

import baton.core.NodePath;
import baton.recipes.survey.Layout;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a recipe is, and a row for each who is in it. */
final class RecipeTable {
    private final NodePath path;
    private final Paint paint;
    private final StringBuilder text = new StringBuilder();
    private final List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    private final Layout layout;

    RecipeTable(NodePath path, Paint paint) {
        this(path, Layout.OURS, paint);
    }

    /** @param layout said if it is not ours */
    RecipeTable(NodePath path, Layout layout, Paint paint) {
        this.path = path;
        this.paint = paint;
        this.layout = layout;
        text.append(paint.title(path.toString()));
        if (layout != Layout.OURS) {
            text.append("  ").append(paint.faint("(" + layout.library() + ")"));
        }
    }

    /** @param active whether it is one of those that matter right now */
    Row row(String role, boolean active) {
        String shown = String.format("%-9s", role);
        text.append(System.lineSeparator()).append("  ").append(active ? paint.good(shown) : paint.faint(shown));
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("role", role);
        rows.add(fields);
        return new Row(text, fields);
    }

    Result result(String kind, String rowsName) {
        Result result = Result.of(text.toString()).with("recipe", kind).with("path", path.toString());
        return (layout == Layout.OURS ? result : result.with("library", layout.library())).with(rowsName, rows);
    }

    /** One line of a table, column by column; what is null is left out. */
    record Row(StringBuilder text, Map<String, @Nullable Object> fields) {
        Row text(String name, String before, @Nullable String value) {
            if (value != null) {
                text.append("  ").append(before).append(value);
                fields.put(name, value);
            }
            return this;
        }

        Row since(Optional<Instant> moment) {
            return text(
                    "since",
                    "since ",
                    moment.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse(null));
        }

        Row field(String name, @Nullable Object value) {
            fields.put(name, value);
            return this;
        }
    }
}
