package baton.protocol;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

@AnalyzeClasses(packages = "baton.protocol", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule keysAreReadByTheJdkAlone = ArchRuleDefinition.classes()
            .that()
            .resideInAPackage("baton.protocol.tls")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("baton.protocol.tls", "java..", "javax.crypto..", "javax.net.ssl", "org.jspecify..");

    @ArchTest
    static final ArchRule usesTheJdkOnlyAndTouchesNoWorld = ArchRuleDefinition.classes()
            .that()
            .resideInAPackage("baton.protocol")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "baton.protocol", "java.lang..", "java.nio", "java.nio.charset", "java.util", "org.jspecify..");
}
