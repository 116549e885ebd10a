package baton.shell;

import picocli.CommandLine.Option;

/** {@code --lenient}, mixed into each command that reads the configuration of a server. */
final class LenientOption {
    @Option(names = "--lenient", description = "Keys that nobody knows are only warnings.")
    private boolean given;

    boolean isGiven() {
        return given;
    }
}
