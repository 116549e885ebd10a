package baton.server;

import baton.server.storage.KeptFile;
import baton.server.storage.StorageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What logs and snapshots hold, in lines of text: of Baton and of Apache ZooKeeper, with or without a server on them. */
public final class FileDump {
    private FileDump() {}

    /**
     * Prints each of the files.
     *
     * @param withData also the data of nodes, not only their sizes
     * @return {@link ExitCode#OK} if all could be read to their ends, {@link ExitCode#DATA_DAMAGED} if one is damaged, else
     *     {@link ExitCode#REFUSED}
     */
    public static ExitCode run(List<Path> files, boolean withData, PrintStream out, PrintStream err) {
        ExitCode worst = ExitCode.OK;
        for (Path each : files) {
            ExitCode code = print(each, withData, out, err);
            worst = code.code() > worst.code() ? code : worst;
        }
        out.flush();
        return worst;
    }

    private static ExitCode print(Path file, boolean withData, PrintStream out, PrintStream err) {
        DumpLines lines = new DumpLines(out, withData);
        out.println("# " + file);
        try {
            String end = KeptFile.read(file, lines);
            out.println("# " + lines.counts() + (end.isEmpty() ? "" : "; " + end));
            return ExitCode.OK;
        } catch (StorageException damaged) {
            out.println("# " + lines.counts() + ", up to where it is damaged");
            err.println(damaged.getMessage());
            return ExitCode.DATA_DAMAGED;
        } catch (NoSuchFileException missing) {
            err.println("there is no file " + file);
            return ExitCode.REFUSED;
        } catch (IOException unreadable) {
            err.println(unreadable.getMessage());
            return ExitCode.REFUSED;
        }
    }
}
