package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.Request;
import java.util.ArrayDeque;
import java.util.Deque;

/** {@code delete} and {@code deleteall}. */
final class DeleteVerbs {
    private DeleteVerbs() {}

    static void delete(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        shell.ask(arguments.path(), new Request.Delete(arguments.path(), arguments.version()));
    }

    /** Deletes every node before its parent. It is not one step: others see the subtree shrink. */
    static void deleteAll(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String top = arguments.path();
        if (top.equals("/") || top.equals("/zookeeper")) {
            throw new RefusedException(ErrorCode.BAD_ARGUMENTS, top);
        }
        Deque<String> childrenFirst = new ArrayDeque<>();
        new Subtree(shell, top).forEach(childrenFirst::push);
        for (String path : childrenFirst) {
            deleteIfThere(path, shell);
        }
    }

    private static void deleteIfThere(String path, ZnodeShell shell) throws InterruptedException {
        try {
            shell.ask(path, new Request.Delete(path, Arguments.ANY_VERSION));
        } catch (RefusedException refused) {
            if (refused.code() != ErrorCode.NO_NODE) {
                throw refused;
            }
        }
    }
}
