package baton.serving;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A place where a lambda or a method reference is made, as the Java compiler writes it.
 *
 * @param interfaceMethod the name of the method that is called on what is made here
 * @param factory from what is captured to the interface
 * @param erased the interface's method as it is declared
 * @param body what is called in the end
 */
record LambdaSite(String interfaceMethod, Type factory, Type erased, Handle body) {
    private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";

    /** Returns what the instruction stands for; null if it makes no lambda, or one that is more than a plain call. */
    static @Nullable LambdaSite of(String name, String descriptor, Handle bootstrap, Object... arguments) {
        if (!bootstrap.getOwner().equals(METAFACTORY) || !bootstrap.getName().equals("metafactory")) {
            return null;
        }
        LambdaSite site =
                new LambdaSite(name, Type.getMethodType(descriptor), (Type) arguments[0], (Handle) arguments[1]);
        return site.converts() ? null : site;
    }

    List<Type> captured() {
        return List.of(factory.getArgumentTypes());
    }

    /** Returns what the body takes, its receiver first: what is captured, and behind that what the interface's method is given. */
    List<Type> taken() {
        List<Type> taken = new ArrayList<>();
        if (body.getTag() != Opcodes.H_INVOKESTATIC && body.getTag() != Opcodes.H_NEWINVOKESPECIAL) {
            taken.add(Type.getObjectType(body.getOwner()));
        }
        taken.addAll(List.of(Type.getArgumentTypes(body.getDesc())));
        return taken;
    }

    Type given() {
        return body.getTag() == Opcodes.H_NEWINVOKESPECIAL
                ? Type.getObjectType(body.getOwner())
                : Type.getReturnType(body.getDesc());
    }

    /** Says whether numbers are put into objects on the way, taken out, or widened. */
    private boolean converts() {
        Type[] arguments = erased.getArgumentTypes();
        List<Type> taken = taken();
        for (int i = 0; i < arguments.length; i++) {
            if (isOtherKind(arguments[i], taken.get(captured().size() + i))) {
                return true;
            }
        }
        return returns() && isOtherKind(given(), erased.getReturnType());
    }

    /** Says whether the interface's method returns anything. */
    boolean returns() {
        return !erased.getReturnType().equals(Type.VOID_TYPE);
    }

    private static boolean isOtherKind(Type from, Type to) {
        return isReference(from) ? !isReference(to) : !from.equals(to);
    }

    static boolean isReference(Type type) {
        return type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
    }
}
