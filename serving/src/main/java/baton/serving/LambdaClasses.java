package baton.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Gives the lambdas in a directory of classes classes of their own, which are loaded like any other.
 *
 * <p>Otherwise the JDK makes each of them up when it is first met: it writes a class in memory, by code that is not compiled
 * yet. A server meets a hundred until it serves, which takes it longer than to load a hundred classes
 * (decision 0033). Left to the JDK are those that take numbers out of objects, or put them in, and those that can be
 * serialized or implement more than one method.
 */
public final class LambdaClasses {
    private static final String INFIX = "$lambda";

    private final Path classes;

    /** By the host of the nest, which has to name them. */
    private final Map<String, List<String>> nestMembers = new TreeMap<>();

    private LambdaClasses(Path classes) {
        this.classes = classes;
    }

    /**
     * Rewrites all classes in a directory and below it.
     *
     * @param arguments where the classes are, as a path; and which of the packages there it is about, likewise: {@code baton}
     * @throws IOException if they cannot be read, or be written
     */
    public static void main(String[] arguments) throws IOException {
        new LambdaClasses(Path.of(arguments[0])).rewriteAll(Path.of(arguments[0], arguments[1]));
    }

    private void rewriteAll(Path part) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(part)) {
            files = found.filter(each -> each.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            Rewriting rewriting = new Rewriting();
            ClassWriter out = rewriting.rewritten(Files.readAllBytes(file));
            if (!rewriting.lambdas.isEmpty()) {
                write(file, out);
                for (Map.Entry<String, LambdaSite> each : rewriting.lambdas.entrySet()) {
                    LambdaClass made = new LambdaClass(each.getKey(), each.getValue());
                    Files.write(file(each.getKey()), made.bytes(rewriting.version, rewriting.nestHost));
                }
                nestMembers
                        .computeIfAbsent(rewriting.nestHost, host -> new ArrayList<>())
                        .addAll(rewriting.lambdas.keySet());
            }
        }
        for (Map.Entry<String, List<String>> each : nestMembers.entrySet()) {
            Path host = file(each.getKey());
            ClassWriter out = new ClassWriter(0);
            new ClassReader(Files.readAllBytes(host)).accept(new Housing(out, each.getValue()), 0);
            write(host, out);
        }
    }

    private Path file(String name) {
        return classes.resolve(name + ".class");
    }

    private static void write(Path file, ClassWriter out) throws IOException {
        Files.write(file, out.toByteArray());
    }

    /** Calls the factory of a class where an instruction would have the JDK make one up. */
    private static final class Rewriting extends ClassVisitor {
        private final ClassWriter out;
        private final Map<String, LambdaSite> lambdas = new LinkedHashMap<>();
        private int version;
        private String name = "";
        private String nestHost = "";

        Rewriting() {
            this(new ClassWriter(0));
        }

        private Rewriting(ClassWriter out) {
            super(Opcodes.ASM9, out);
            this.out = out;
        }

        ClassWriter rewritten(byte[] file) {
            new ClassReader(file).accept(this, 0);
            return out;
        }

        @Override
        public void visit(
                int classVersion,
                int access,
                String className,
                @Nullable String signature,
                @Nullable String superName,
                String @Nullable [] interfaces) {
            version = classVersion;
            name = className;
            nestHost = className;
            super.visit(classVersion, access, className, signature, superName, interfaces);
        }

        @Override
        public void visitNestHost(String host) {
            nestHost = host;
            super.visitNestHost(host);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String methodName,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor method = super.visitMethod(access, methodName, descriptor, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, method) {
                @Override
                public void visitInvokeDynamicInsn(
                        String called, String factory, Handle bootstrap, Object... bootstrapArguments) {
                    LambdaSite site = LambdaSite.of(called, factory, bootstrap, bootstrapArguments);
                    if (site == null) {
                        super.visitInvokeDynamicInsn(called, factory, bootstrap, bootstrapArguments);
                    } else {
                        String made = name + INFIX + lambdas.size();
                        lambdas.put(made, site);
                        super.visitMethodInsn(Opcodes.INVOKESTATIC, made, LambdaClass.FACTORY, factory, false);
                    }
                }
            };
        }
    }

    /** Names more members of a nest. */
    private static final class Housing extends ClassVisitor {
        private final List<String> members;

        Housing(ClassWriter out, List<String> members) {
            super(Opcodes.ASM9, out);
            this.members = members;
        }

        @Override
        public void visitEnd() {
            members.forEach(this::visitNestMember);
            super.visitEnd();
        }
    }
}
