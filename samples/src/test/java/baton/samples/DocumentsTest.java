package baton.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the documents to what they say: links lead somewhere, snippets compile, recipe pages are short. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final int RECIPE_LINES_MAX = 60;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** What a reader has at hand: a client, storage that checks tokens, and work to do. */
    private static final String AROUND = """
            import baton.client.ZnodeCore;
            import baton.core.*;
            import baton.embedded.EmbeddedCore;
            import baton.recipes.*;
            import baton.recipes.barrier.*;
            import baton.recipes.codec.*;
            import baton.recipes.config.*;
            import baton.recipes.latch.*;
            import baton.recipes.lock.*;
            import baton.recipes.membership.*;
            import baton.recipes.node.*;
            import baton.recipes.queue.*;
            import baton.recipes.registry.*;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;

            abstract class Snippet {
                interface Ledger { void append(String entry, FencingToken token) throws Exception; }

                CoordinationClient client;
                Ledger ledger;
                String entry;

                abstract void work() throws Exception;

                abstract int measure(String text) throws Exception;

                void snippet() throws Exception {
            %s
                }
            }
            """;

    static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    static List<Path> recipePages() throws IOException {
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/recipes"))) {
            return pages.toList();
        }
    }

    static List<Path> documentsWithSnippets() throws IOException {
        return Stream.concat(Stream.of(ROOT.resolve("README.md")), recipePages().stream())
                .filter(file -> !snippets(file).isEmpty())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Path document) {
        List<String> broken = found(LINK, document).stream()
                .filter(link -> !link.contains(":"))
                .filter(link -> !Files.exists(document.resolveSibling(link)))
                .toList();

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documentsWithSnippets")
    void snippetsCompile(Path document, @TempDir Path classes) {
        for (String snippet : snippets(document)) {
            assertThat(complaints(AROUND.formatted(snippet), classes)).isEmpty();
        }
    }

    @Test
    void aSnippetThatUsesWhatIsNotThereIsNoticed(@TempDir Path classes) {
        assertThat(complaints(AROUND.formatted("client.noSuchMethod();"), classes))
                .contains("noSuchMethod");
    }

    @ParameterizedTest
    @MethodSource("recipePages")
    void recipePagesAreShort(Path page) {
        assertThat(text(page).lines().count()).isLessThanOrEqualTo(RECIPE_LINES_MAX);
    }

    private static List<String> snippets(Path document) {
        return found(SNIPPET, document);
    }

    private static List<String> found(Pattern pattern, Path document) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text(document));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static String complaints(String source, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options = List.of(
                "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
        boolean compiles = compiler.getTask(complaints, null, null, options, null, List.of(file))
                .call();
        return compiles ? "" : complaints + "\n" + source;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
