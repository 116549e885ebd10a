package baton.etcd;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "baton.etcd", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Pattern FOREIGN = Pattern.compile("import (static )?io\\.(etcd|grpc|vertx)\\.");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("baton.etcd.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule knowsTheSpiAndItsOwnStack = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "baton.etcd..",
                    "baton.core",
                    "java..",
                    "javax.net.ssl",
                    "io.etcd.jetcd.api..",
                    "io.grpc..",
                    "io.netty..",
                    "com.google.protobuf..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule decisionsTouchNoWorld = noClasses()
            .that()
            .resideInAPackage("baton.etcd.state")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "baton.etcd",
                    "io.grpc..",
                    "io.netty..",
                    "java.io..",
                    "java.net..",
                    "java.util.concurrent..",
                    "org.slf4j..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, System.class);

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        assertThat(classes.stream().map(type -> type.getPackage()).distinct())
                .hasSize(2)
                .allMatch((JavaPackage each) -> each.isAnnotatedWith(NullMarked.class));
    }

    /**
     * Reads the sources of all modules, because this one sees no classes of theirs. Benchmarks drive etcd's own lock and
     * election service as the peer, and are no part of the product.
     */
    @Test
    void noOtherModuleKnowsJetcdOrGrpc() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("core-server"))) {
            root = root.getParent();
        }
        Path bench = root.resolve("bench");
        List<Path> guilty;
        try (Stream<Path> all = Files.walk(root)) {
            guilty = all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .filter(path -> !path.toString().contains("/core/etcd/"))
                    .filter(path -> !path.startsWith(bench))
                    .filter(ArchitectureTest::importsIt)
                    .toList();
        }

        assertThat(guilty).isEmpty();
    }

    private static boolean importsIt(Path source) {
        try (Stream<String> lines = Files.lines(source)) {
            return lines.anyMatch(line -> FOREIGN.matcher(line).find());
        } catch (IOException gone) {
            return false;
        }
    }
}
