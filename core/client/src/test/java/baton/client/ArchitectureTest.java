package baton.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "baton.client", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("baton.client.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theSessionMachineTouchesNoWorld = classes()
            .that()
            .resideInAPackage("baton.client.session")
            .should()
            .onlyDependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "are pure",
                    type -> type.getPackageName().equals("baton.client.session")
                            || type.getPackageName().equals("baton.protocol")
                            || type.getPackageName().startsWith("org.jspecify")
                            || type.getPackageName().startsWith("java.util.function")
                            || type.getPackageName().startsWith("java.util.stream")
                            || type.getPackageName().equals("java.util")
                                    && !type.getSimpleName().equals("Random")
                            || type.getPackageName().equals("java.nio")
                            || type.getPackageName().startsWith("java.lang")
                                    && !type.getName().equals("java.lang.Thread")
                                    && !type.getName().equals("java.lang.System")
                            || type.isPrimitive()
                            || type.isArray()));

    @ArchTest
    static final ArchRule theClientKnowsNoServerAndNoRecipe = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "baton.client..",
                    "baton.core",
                    "baton.protocol..",
                    "java..",
                    "javax.net.ssl",
                    "javax.security..",
                    "io.netty..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        assertThat(classes.stream().map(type -> type.getPackage()).distinct())
                .hasSize(2)
                .allMatch((JavaPackage each) -> each.isAnnotatedWith(NullMarked.class));
    }
}
