package baton.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Instant;
import java.util.Formatter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Holds the lines that the packages of the server are cut along. */
class ArchitectureTest {
    /** Lowest first: a package may use those before it, never those after it. */
    private static final List<String> ORDER = List.of(
            "config",
            "txn",
            "quorum",
            "tree",
            "watch",
            "auth",
            "session",
            "request",
            "election",
            "replication",
            "storage",
            "transport",
            "runtime",
            "admin",
            "wiring");

    private static final Set<String> CHANCE = Set.of(
            "Main System getenv",
            "runtime.Credentials SecureRandom <init>",
            "runtime.ServerRuntime SplittableRandom <init>",
            "runtime.SessionLabels SecureRandom <init>",
            "storage.SystemRandom SecureRandom <init>",
            "watch.Crowd System identityHashCode");

    private static final String[] PURE =
            packages("txn", "quorum", "tree", "session", "watch", "auth", "request", "election", "replication");

    /** They publish what one thread writes to those that read. */
    private static final Set<String> PUBLICATION = Set.of("baton.server.tree.NodeIndex", "baton.server.tree.ReadGate");

    /** The port, and those that need no other: a thread that waits, a start that is measured, the launcher. */
    private static final Set<String> CLOCKS = Set.of(
            "baton.server.runtime.Clock$1",
            "baton.server.runtime.AgentThread",
            "baton.server.runtime.OpenStorage",
            "baton.server.runtime.StateReplay",
            "baton.server.Main");

    private static final Set<String> THREAD_MAKERS = Set.of("baton.server.Signals", "baton.server.config.HostNames");

    private static final Set<String> FILE_NAMERS =
            Set.of("baton.server.ServerArguments", "baton.server.admin.ServerText");

    private static final Set<String> PATH_MAKERS = Set.of("of", "resolve", "resolveSibling");

    /** What opens a file if it is made of a name. */
    private static final Set<Class<?>> OPENERS =
            Set.of(PrintStream.class, PrintWriter.class, Formatter.class, ZipFile.class, JarFile.class);

    private static final Set<String> PASSWORDS =
            Set.of("Secret.copy", "Secret.utf8", "Copy.text", "SessionPasswords.of", "ConnectRequest.password");

    private static final Set<String> HASH_COMPARISONS = Set.of("DigestScheme.matches", "Identity.equals");

    private static final Set<String> COMPARISONS = Set.of(
            "String.equals",
            "String.contentEquals",
            "String.compareTo",
            "String.equalsIgnoreCase",
            "String.regionMatches",
            "Bytes.equals",
            "Object.equals",
            "Objects.equals",
            "Objects.deepEquals",
            "Arrays.equals",
            "Arrays.compare",
            "Arrays.mismatch");

    private static final JavaClasses SERVER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("baton.server");

    private static String[] packages(String... names) {
        String[] packages = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            packages[i] = "baton.server." + names[i] + "..";
        }
        return packages;
    }

    private static DescribedPredicate<JavaClass> generated() {
        return describe(
                "generated by Dagger",
                each -> each.getName().contains("_Factory")
                        || each.getName().contains("_MembersInjector")
                        || each.getSimpleName().startsWith("Dagger"));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("baton.server.(*)..").should().beFreeOfCycles().check(SERVER);
    }

    @Test
    void everyPackageUsesOnlyThoseBelowIt() {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] above = packages(ORDER.subList(i + 1, ORDER.size()).toArray(String[]::new));
            noClasses()
                    .that()
                    .resideInAPackage("baton.server." + ORDER.get(i) + "..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(above))
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("baton.server")
                    .allowEmptyShould(true)
                    .check(SERVER);
        }
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        Set<String> strangers = SERVER.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("baton.server."))
                .map(name -> name.substring("baton.server.".length()))
                .filter(name -> !ORDER.contains(name))
                .collect(Collectors.toSet());

        assertEquals(Set.of(), strangers);
    }

    @Test
    void pureCodeTouchesNoWorld() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .and(not(generated()))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "org.slf4j..",
                        "java.util.logging..",
                        "io.netty..",
                        "org.jctools..",
                        "dagger..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.lang\\.Thread|java\\.util\\.Random|java\\.time\\.Clock|java\\.security\\.SecureRandom")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .allowEmptyShould(true)
                .check(SERVER);
    }

    @Test
    void pureCodeLeavesThreadsToItsHost() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .and(not(describe("publication classes", each -> PUBLICATION.contains(each.getName()))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent..")
                .check(SERVER);
    }

    /**
     * The exceptions: the launcher's hook, which the platform wants as a thread of its own, and a host that is looked up for a
     * check, beside any server, which nothing but a thread of its own keeps from holding up the others.
     */
    @Test
    void threadsAreMadeInTheRuntimeOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("baton.server.runtime..")
                .and(not(describe("those that may", each -> THREAD_MAKERS.contains(each.getName()))))
                .should()
                .callConstructorWhere(describe(
                        "a thread is made", call -> call.getTargetOwner().isAssignableTo(Thread.class)))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors")
                .check(SERVER);
    }

    @Test
    void socketsAreOpenedInTheTransportOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("baton.server.transport..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(Server)?Socket|java\\.net\\.DatagramSocket"
                        + "|java\\.nio\\.channels\\..*SocketChannel|io\\.netty\\.bootstrap\\..*")
                .check(SERVER);
    }

    @Test
    void clocksAreReadByTheirPortOnly() {
        noClasses()
                .that(not(describe("those that may", each -> CLOCKS.contains(each.getName()))))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(SERVER);
    }

    /**
     * Rule PT-2: chance, other names for objects and the environment, each where it cannot make two runs differ. Passwords of
     * logins and labels of sessions are drawn, when a snapshot is due, and the keys that hash paths, from sources that a
     * simulation brings itself; a crowd of watchers finds its members by their identity, and goes through them in the order in which they came.
     */
    @Test
    void nothingIsLeftToChanceElsewhere() {
        Set<String> found = SERVER.stream()
                .flatMap(each -> Stream.concat(
                        each.getAccessesFromSelf().stream(), each.getCodeUnitReferencesFromSelf().stream()))
                .filter(ArchitectureTest::leavesToChance)
                .map(each -> each.getOriginOwner().getName().replace("baton.server.", "") + " "
                        + each.getTargetOwner().getSimpleName() + " " + each.getName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(CHANCE, found);
    }

    private static boolean leavesToChance(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        boolean isMade = name.equals(JavaConstructor.CONSTRUCTOR_NAME);
        return switch (owner) {
            case "java.security.SecureRandom", "java.util.SplittableRandom", "java.util.Random" -> isMade;
            case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.lang.Math" -> name.equals("random");
            case "java.lang.System" -> name.equals("identityHashCode") || name.equals("getenv");
            default -> false;
        };
    }

    /** The launcher asks whether the JDK has a class by a name that is no setting. */
    @Test
    void nothingThatComesFromOutsideNamesOrBecomesAClass() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.naming..", "javax.script..", "java.rmi..", "javax.management.remote..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.io\\.ObjectInputStream|java\\.util\\.ServiceLoader|java\\.net\\.URLClassLoader")
                .check(SERVER);
        noClasses()
                .that(not(describe("the launcher", each -> each.getName().equals("baton.server.Main"))))
                .should()
                .callMethodWhere(describe(
                        "a class is looked for by its name",
                        call -> call.getName().equals("forName")
                                        && call.getTargetOwner().isEquivalentTo(Class.class)
                                || call.getName().equals("loadClass")))
                .check(SERVER);
    }

    /** The operator's configuration file is read where it is parsed. */
    @Test
    void filesAreTouchedInTheStorageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("baton.server.storage..", "baton.server.config..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.nio\\.file\\.Files|java\\.nio\\.channels\\.FileChannel"
                        + "|java\\.io\\.(File|FileInputStream|FileOutputStream|FileReader|FileWriter|RandomAccessFile)")
                .check(SERVER);
    }

    /**
     * What comes over the network is a name to nobody who could make a file of it. The exceptions: the launcher, which reads
     * what an operator types, and the place of the logs as it is shown, which is a constant below what was configured.
     */
    @Test
    void filesAreNamedWhereTheyAreKept() {
        noClasses()
                .that()
                .resideOutsideOfPackages("baton.server.storage..", "baton.server.config..")
                .and(not(describe("those that may", each -> FILE_NAMERS.contains(each.getName()))))
                .should()
                .accessTargetWhere(describe("a file is named", ArchitectureTest::namesFile))
                .check(SERVER);
    }

    /** Whether it is called or handed on as a reference. {@code File} and its streams nobody may know, see above. */
    private static boolean namesFile(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return owner.isAssignableTo(Path.class) && PATH_MAKERS.contains(name)
                || owner.isEquivalentTo(Paths.class)
                || owner.isAssignableTo(FileSystem.class) && name.equals("getPath")
                || access.getTarget() instanceof CodeUnitAccessTarget target && opensByName(target);
    }

    private static boolean opensByName(CodeUnitAccessTarget target) {
        List<JavaClass> given = target.getRawParameterTypes();
        return OPENERS.stream().anyMatch(target.getOwner()::isEquivalentTo)
                && target.getName().equals(JavaConstructor.CONSTRUCTOR_NAME)
                && !given.isEmpty()
                && given.get(0).isEquivalentTo(String.class);
    }

    /** How long {@code equals} takes tells how much of a guess is right. */
    @Test
    void noPasswordIsComparedByEquals() {
        Set<String> careless = SERVER.stream()
                .flatMap(each -> each.getCodeUnits().stream())
                .filter(each -> calls(each, PASSWORDS) && calls(each, COMPARISONS))
                .map(JavaCodeUnit::getFullName)
                .collect(Collectors.toSet());
        Set<String> careful = SERVER.stream()
                .flatMap(each -> each.getCodeUnits().stream())
                .filter(each -> calls(each, Set.of("Secret.isSame")))
                .map(each -> each.getOwner().getSimpleName() + "." + each.getName())
                .collect(Collectors.toSet());

        assertEquals(Set.of(), careless);
        assertEquals(HASH_COMPARISONS, careful);
    }

    private static boolean calls(JavaCodeUnit from, Set<String> methods) {
        return Stream.concat(from.getMethodCallsFromSelf().stream(), from.getMethodReferencesFromSelf().stream())
                .anyMatch(each -> methods.contains(each.getTargetOwner().getSimpleName() + "." + each.getName()));
    }

    @Test
    void systemPropertiesAreReadInTheLauncherOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("baton.server")
                .should()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .orShould()
                .callMethod(Integer.class, "getInteger", String.class)
                .orShould()
                .callMethod(Long.class, "getLong", String.class)
                .orShould()
                .callMethod(Boolean.class, "getBoolean", String.class)
                .check(SERVER);
    }

    @Test
    void daggerAppearsInTheWiringOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("baton.server.wiring..")
                .and(not(generated()))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dagger..")
                .check(SERVER);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = SERVER.stream()
                .map(JavaClass::getPackage)
                .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());

        assertEquals(Set.of(), unmarked);
    }

    @Test
    void theServerKnowsOnlyTheProtocolOfTheOtherModules() {
        classes()
                .that()
                .resideInAPackage("baton.server..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("baton.server..", "baton.protocol..").or(not(resideInAnyPackage("baton.."))))
                .check(SERVER);
    }
}
