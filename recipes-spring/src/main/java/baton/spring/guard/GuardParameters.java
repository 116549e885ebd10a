package baton.spring.guard;

import baton.recipes.FencingToken;
import baton.recipes.Grant;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Fills the parameters of a guarded method that are the guard's to fill: grants of its own type, and, if no guard
 * further in does it, {@link Grant} and {@link FencingToken}. What the caller passed for them is replaced.
 */
public final class GuardParameters {
    private GuardParameters() {}

    /**
     * Puts a grant where the method asks for one.
     *
     * @param own the type of grant this family of guards gives
     * @param innermost whether no guard of another family is further in
     */
    public static void fill(MethodInvocation call, Class<? extends Grant> own, Grant grant, boolean innermost) {
        Class<?>[] types = call.getMethod().getParameterTypes();
        Object[] arguments = call.getArguments();
        for (int index = 0; index < types.length; index++) {
            if (types[index] == own || innermost && types[index] == Grant.class) {
                arguments = with(arguments, index, grant);
            } else if (innermost && types[index] == FencingToken.class) {
                arguments = with(arguments, index, grant.token());
            }
        }
        if (arguments != call.getArguments()) {
            ((ProxyMethodInvocation) call).setArguments(arguments);
        }
    }

    private static Object[] with(Object[] arguments, int index, Object value) {
        Object[] copy = arguments.clone();
        copy[index] = value;
        return copy;
    }
}
