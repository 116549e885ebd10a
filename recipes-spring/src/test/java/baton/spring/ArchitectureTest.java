package baton.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "baton.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("baton.spring.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheTopKnowsCores = noClasses()
            .that()
            .resideOutsideOfPackage("baton.spring.autoconfigure..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("baton.client..", "baton.protocol..", "baton.embedded..", "baton.server..");

    @ArchTest
    static final ArchRule aspectJIsNotNeeded =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.aspectj..");
}
