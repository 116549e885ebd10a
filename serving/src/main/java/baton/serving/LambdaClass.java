package baton.serving;

import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The class of what is made at one {@link LambdaSite}: it holds what is captured, and calls the body. It belongs to the
 * nest of the class that has the body, and so may call it even if it is private.
 */
final class LambdaClass {
    /** Takes what is captured, and returns the lambda. */
    static final String FACTORY = "make";

    private static final String CONSTRUCTOR = "<init>";
    private static final String ONLY = "only";
    private static final String FIELD = "captured";

    private final String name;
    private final LambdaSite site;
    private final List<Type> captured;
    private final ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);

    LambdaClass(String name, LambdaSite site) {
        this.name = name;
        this.site = site;
        this.captured = site.captured();
    }

    /**
     * Writes it.
     *
     * @param version of class files
     * @param nestHost the class whose nest it belongs to
     */
    byte[] bytes(int version, String nestHost) {
        String implemented = site.factory().getReturnType().getInternalName();
        out.visit(
                version,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                name,
                null,
                "java/lang/Object",
                new String[] {implemented});
        out.visitNestHost(nestHost);
        for (int i = 0; i < captured.size(); i++) {
            field(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, FIELD + i, captured.get(i));
        }
        writeConstructor();
        if (captured.isEmpty()) {
            writeOnly();
        }
        writeFactory();
        writeMethod();
        out.visitEnd();
        return out.toByteArray();
    }

    private void field(int access, String fieldName, Type type) {
        out.visitField(access, fieldName, type.getDescriptor(), null, null).visitEnd();
    }

    private MethodVisitor method(int access, String methodName, String descriptor) {
        MethodVisitor method = out.visitMethod(access, methodName, descriptor, null, null);
        method.visitCode();
        return method;
    }

    private static void end(MethodVisitor method, Type returned) {
        method.visitInsn(returned.getOpcode(Opcodes.IRETURN));
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    private String constructorDescriptor() {
        return Type.getMethodDescriptor(Type.VOID_TYPE, site.factory().getArgumentTypes());
    }

    private void writeConstructor() {
        MethodVisitor method = method(Opcodes.ACC_PRIVATE, CONSTRUCTOR, constructorDescriptor());
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", CONSTRUCTOR, "()V", false);
        int variable = 1;
        for (int i = 0; i < captured.size(); i++) {
            Type type = captured.get(i);
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitVarInsn(type.getOpcode(Opcodes.ILOAD), variable);
            method.visitFieldInsn(Opcodes.PUTFIELD, name, FIELD + i, type.getDescriptor());
            variable += type.getSize();
        }
        end(method, Type.VOID_TYPE);
    }

    /** One that captures nothing is made once, as the JDK does it. */
    private void writeOnly() {
        Type implemented = site.factory().getReturnType();
        field(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, ONLY, implemented);
        MethodVisitor method = method(Opcodes.ACC_STATIC, "<clinit>", "()V");
        construct(method);
        method.visitFieldInsn(Opcodes.PUTSTATIC, name, ONLY, implemented.getDescriptor());
        end(method, Type.VOID_TYPE);
    }

    private void construct(MethodVisitor method) {
        method.visitTypeInsn(Opcodes.NEW, name);
        method.visitInsn(Opcodes.DUP);
        int variable = 0;
        for (Type type : captured) {
            method.visitVarInsn(type.getOpcode(Opcodes.ILOAD), variable);
            variable += type.getSize();
        }
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, name, CONSTRUCTOR, constructorDescriptor(), false);
    }

    private void writeFactory() {
        Type implemented = site.factory().getReturnType();
        MethodVisitor method =
                method(Opcodes.ACC_STATIC, FACTORY, site.factory().getDescriptor());
        if (captured.isEmpty()) {
            method.visitFieldInsn(Opcodes.GETSTATIC, name, ONLY, implemented.getDescriptor());
        } else {
            construct(method);
        }
        end(method, implemented);
    }

    private void writeMethod() {
        Type declared = site.erased();
        MethodVisitor method = method(Opcodes.ACC_PUBLIC, site.interfaceMethod(), declared.getDescriptor());
        if (site.body().getTag() == Opcodes.H_NEWINVOKESPECIAL) {
            method.visitTypeInsn(Opcodes.NEW, site.body().getOwner());
            method.visitInsn(Opcodes.DUP);
        }
        for (int i = 0; i < captured.size(); i++) {
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitFieldInsn(
                    Opcodes.GETFIELD, name, FIELD + i, captured.get(i).getDescriptor());
        }
        int variable = 1;
        int argument = captured.size();
        for (Type type : declared.getArgumentTypes()) {
            method.visitVarInsn(type.getOpcode(Opcodes.ILOAD), variable);
            cast(method, type, site.taken().get(argument));
            variable += type.getSize();
            argument++;
        }
        call(method, site.body());
        Type given = site.given();
        if (site.returns()) {
            cast(method, given, declared.getReturnType());
        } else if (given.getSize() > 0) {
            method.visitInsn(given.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
        }
        end(method, declared.getReturnType());
    }

    private static void cast(MethodVisitor method, Type from, Type to) {
        if (LambdaSite.isReference(to) && !from.equals(to)) {
            method.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
        }
    }

    private static void call(MethodVisitor method, Handle body) {
        int instruction = switch (body.getTag()) {
            case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
            case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
            // What is special of others is a private method of the nest.
            default -> body.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
        };
        method.visitMethodInsn(instruction, body.getOwner(), body.getName(), body.getDesc(), body.isInterface());
    }
}
