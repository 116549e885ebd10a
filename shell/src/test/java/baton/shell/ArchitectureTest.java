package baton.shell;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "baton.shell", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("baton.shell.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingBelowImportsTheCommands = noClasses()
            .that()
            .resideInAnyPackage("baton.shell.console..", "baton.shell.demo..", "baton.shell.exit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("baton.shell");

    @ArchTest
    static final ArchRule theDemoSeesRecipesAndFacesOnly = classes()
            .that()
            .resideInAPackage("baton.shell.demo..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "baton.shell.demo",
                    "baton.shell.exit",
                    // Its parts are processes of their own.
                    "baton.shell.log",
                    "baton.core",
                    "baton.recipes",
                    "baton.recipes.queue",
                    "baton.recipes.latch",
                    "baton.server",
                    "baton.server.config");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = noClasses()
            .that()
            .resideOutsideOfPackage("baton.shell")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");
}
