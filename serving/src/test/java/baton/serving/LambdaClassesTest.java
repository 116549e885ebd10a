package baton.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class LambdaClassesTest {
    private static final Path COMPILED = Path.of("target/test-classes/baton/serving");
    private static final String SPECIMEN = "Specimen";

    @TempDir
    Path classes;

    private Path specimen;

    @BeforeEach
    void copy() throws IOException {
        specimen = Files.createDirectories(classes.resolve("baton/serving"));
        try (Stream<Path> compiled = Files.list(COMPILED)) {
            for (Path each : compiled.filter(LambdaClassesTest::isOfTheSpecimen).toList()) {
                Files.copy(each, specimen.resolve(each.getFileName()));
            }
        }
    }

    private static boolean isOfTheSpecimen(Path file) {
        return file.getFileName().toString().startsWith(SPECIMEN);
    }

    @Test
    void givesWhatTheLambdasGave() throws Exception {
        List<Object> before = new Specimen().get();

        LambdaClasses.main(new String[] {classes.toString(), "baton"});

        // Without a parent that has them, too.
        try (URLClassLoader rewritten =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Supplier<?> loaded = (Supplier<?>) rewritten
                    .loadClass(Specimen.class.getName())
                    .getConstructor()
                    .newInstance();
            assertThat(loaded.get()).isEqualTo(before);
        }
    }

    @Test
    void leavesNoneButThoseThatAreMoreThanOneCall() throws IOException {
        assertThat(lambdas()).hasSizeGreaterThan(20);

        LambdaClasses.main(new String[] {classes.toString(), "baton"});

        assertThat(lambdas()).containsExactly("apply", "get", "apply", "get");
    }

    @Test
    void leavesOtherPackagesAlone() throws IOException {
        Files.createDirectories(classes.resolve("other"));
        List<Path> before = files();

        LambdaClasses.main(new String[] {classes.toString(), "other"});

        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            return all.sorted().toList();
        }
    }

    /** The interfaces' methods of all that the JDK would have to make up. */
    private List<String> lambdas() throws IOException {
        List<String> found = new ArrayList<>();
        ClassVisitor search = new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(
                    int access, String name, String descriptor, String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitInvokeDynamicInsn(String called, String factory, Handle how, Object... arguments) {
                        if (how.getOwner().endsWith("LambdaMetafactory")) {
                            found.add(called);
                        }
                    }
                };
            }
        };
        for (Path each : files()) {
            if (Files.isRegularFile(each)) {
                new ClassReader(Files.readAllBytes(each)).accept(search, 0);
            }
        }
        return found;
    }
}
