package baton.shell.console;

import baton.protocol.Bytes;

/** The commands about the shell and its session. */
final class SessionVerbs {
    private static final String DIGEST = "digest";

    private SessionVerbs() {}

    static void connect(Arguments arguments, ZnodeShell shell) {
        arguments.operand(0).ifPresentOrElse(shell::connect, shell::reconnect);
    }

    static void close(Arguments arguments, ZnodeShell shell) {
        shell.connection().requireOpen();
        shell.connection().end();
    }

    /** The server is asked right away: a refusal ends the session, and is better known now than later. */
    static void addAuth(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        DataArgument source = new DataArgument(arguments, shell);
        Bytes given = source.read(1).orElse(Bytes.EMPTY);
        // Editors end a file with a line end that belongs to no password.
        Bytes proof = source.isElsewhere() ? Bytes.utf8(given.utf8().stripTrailing()) : given;

        String scheme = arguments.operands().get(0);
        if (scheme.equals(Target.SASL)) {
            shell.connection().logIn(proof);
            return;
        }
        // Nobody's name without a password is an identity, too: one that everybody can prove.
        if (scheme.equals(DIGEST) && proof.size() == 0) {
            throw new WrongUsageException("the scheme digest needs user:password");
        }
        shell.connection().identify(scheme, proof);
    }

    static void printWatches(Arguments arguments, ZnodeShell shell) {
        if (arguments.operands().isEmpty()) {
            boolean on = shell.events().isOn();
            shell.print(Result.of("printwatches is " + (on ? "on" : "off")).with("printwatches", on));
        } else {
            shell.events().turn(arguments.operands().get(0).equals("on"));
        }
    }

    static void version(Arguments arguments, ZnodeShell shell) {
        String packaged = SessionVerbs.class.getPackage().getImplementationVersion();
        String version = packaged == null ? "(not packaged)" : packaged;
        shell.print(Result.of("Baton CLI version: " + version + ", with the commands of ZooKeeper CLI 3.9.5")
                .with("version", version));
    }

    static void help(Arguments arguments, ZnodeShell shell) {
        if (arguments.operands().isEmpty()) {
            Verbs.all().forEach(each -> {
                String line = each.name() + " " + each.takes();
                shell.print(Result.of("\t" + line).with("command", each.name()).with("takes", each.takes()));
            });
            return;
        }
        String name = arguments.operands().get(0);
        Verb verb = Verbs.find(name).orElseThrow(() -> new WrongUsageException("there is no command " + name));
        shell.print(verb.help());
    }
}
