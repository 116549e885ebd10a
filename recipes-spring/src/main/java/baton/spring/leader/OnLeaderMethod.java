package baton.spring.leader;

import baton.recipes.latch.Leadership;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * A method to be run by the leader.
 *
 * @param name for people
 * @param role it belongs to
 * @param bean to call it on
 * @param method takes nothing or a {@link Leadership}
 * @param settings of its annotation
 */
record OnLeaderMethod(String name, String role, Object bean, Method method, OnLeader settings) {

    void call(Leadership leadership) throws Exception {
        try {
            if (method.getParameterCount() == 0) {
                method.invoke(bean);
            } else {
                method.invoke(bean, leadership);
            }
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception failure) {
                throw failure;
            }
            if (thrown.getCause() instanceof Error failure) {
                throw failure;
            }
            throw thrown;
        }
    }
}
