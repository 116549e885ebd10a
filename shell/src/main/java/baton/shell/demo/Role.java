package baton.shell.demo;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The kinds of processes. */
enum Role {
    SERVER(ServerPart::play),
    MASTER(MasterPart::play),
    WORKER(WorkerPart::play),
    CLIENT(ClientPart::play);

    /** What the process of a role does from first to last. */
    private interface Play {
        void run(Stage stage, List<String> arguments) throws IOException, InterruptedException;
    }

    private final Play play;

    Role(Play play) {
        this.play = play;
    }

    void play(Stage stage, List<String> arguments) throws IOException, InterruptedException {
        play.run(stage, arguments);
    }

    /** Returns the name of the process, for example {@code worker-2}. */
    String named(int number) {
        return name().toLowerCase(Locale.ROOT) + "-" + number;
    }
}
