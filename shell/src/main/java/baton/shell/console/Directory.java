package baton.shell.console;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Where relative paths begin: what {@code cd} changes.
 *
 * @param path absolute; null if relative paths are refused, as Apache's shell does
 */
record Directory(@Nullable String path) {
    /** Where scripts are until they say {@code cd}. */
    static final Directory NOWHERE = new Directory(null);

    static final Directory ROOT = new Directory("/");

    boolean isSomewhere() {
        return path != null;
    }

    /** Returns the absolute path that is meant, without {@code .} and {@code ..}; nowhere, what was given. */
    String resolve(String given) {
        if (path == null) {
            return given;
        }
        Deque<String> names = new ArrayDeque<>();
        if (!given.startsWith("/")) {
            follow(path, names);
        }
        follow(given, names);
        return "/" + String.join("/", names);
    }

    private static void follow(String way, Deque<String> names) {
        for (String name : way.split("/", -1)) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
    }
}
