package baton.shell.console;

/** {@code help}: what commands there are, or what one of them takes. */
final class HelpVerb {
    private HelpVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) {
        if (arguments.operands().isEmpty()) {
            Verbs.all().forEach(each -> shell.print("\t" + each.usage()));
            return;
        }
        String name = arguments.operands().get(0);
        Verb verb = Verbs.find(name).orElseThrow(() -> new WrongUsageException("there is no command " + name));
        shell.print(verb.usage());
        if (!verb.options().isEmpty()) {
            shell.print(verb.options());
        }
    }
}
