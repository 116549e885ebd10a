package baton.shell.console;

import baton.protocol.Request;

/** {@code cd} and {@code pwd}: where relative paths begin. */
final class DirectoryVerbs {
    private DirectoryVerbs() {}

    static void change(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = Directory.ROOT.resolve(
                shell.directory().resolve(arguments.operand(0).orElse("/")));
        shell.ask(path, new Request.Exists(path, false));
        shell.enter(new Directory(path));
    }

    static void print(Arguments arguments, ZnodeShell shell) {
        String path = shell.directory().resolve("/");
        String here = shell.directory().path();
        shell.print(Result.of(here == null ? path : here).with("path", here == null ? path : here));
    }
}
