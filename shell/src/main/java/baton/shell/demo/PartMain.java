package baton.shell.demo;

import baton.shell.log.LineLogging;
import java.io.IOException;
import java.util.List;

/** The process of one part of the demo. */
public final class PartMain {
    private PartMain() {}

    /** Starts the part of the first argument; the others are its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        // Standard output is for reports.
        LineLogging.choose();
        Stage stage = new Stage();
        List<String> own = List.of(arguments).subList(1, arguments.length);
        try {
            Role.valueOf(arguments[0]).play(stage, own);
        } catch (RuntimeException unexpected) {
            stage.tell(new Report.Failed(String.valueOf(unexpected.getMessage())));
            throw unexpected;
        }
        // Threads of a closed client may still be winding down; nothing of theirs matters any more.
        Runtime.getRuntime().halt(0);
    }
}
