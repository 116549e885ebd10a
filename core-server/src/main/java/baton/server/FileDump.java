package baton.server;

import baton.server.storage.KeptFile;
import baton.server.storage.StorageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What logs and snapshots hold, in lines of text: of Baton and of Apache ZooKeeper, with or without a server on them. */
public final class FileDump {
    private FileDump() {}

    /**
     * Prints each of the files, as long as somebody reads what is printed.
     *
     * @param withData also the data of nodes, not only their sizes
     * @return {@link ExitCode#OK} if all could be read to their ends, {@link ExitCode#DATA_DAMAGED} if one is damaged, else
     *     {@link ExitCode#REFUSED}
     */
    public static ExitCode run(List<Path> files, boolean withData, PrintStream out, PrintStream err) {
        ExitCode worst = ExitCode.OK;
        try {
            for (Path each : files) {
                ExitCode code = print(each, withData, out, err);
                worst = code.code() > worst.code() ? code : worst;
                if (out.checkError()) {
                    return worst;
                }
            }
        } catch (DumpLines.UnheardException enough) {
            return worst;
        }
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
            tell(String.valueOf(damaged.getMessage()), out, err);
            return ExitCode.DATA_DAMAGED;
        } catch (NoSuchFileException missing) {
            tell("there is no file " + file, out, err);
            return ExitCode.REFUSED;
        } catch (IOException unreadable) {
            tell(reason(file, unreadable), out, err);
            return ExitCode.REFUSED;
        }
    }

    /** Behind the lines that it is about, wherever both go. */
    private static void tell(String problem, PrintStream out, PrintStream err) {
        out.flush();
        err.println(problem);
    }

    /** Java names only the file, or only what is wrong with it. */
    private static String reason(Path file, IOException unreadable) {
        String said = unreadable instanceof FileSystemException known ? known.getReason() : unreadable.getMessage();
        if (unreadable instanceof AccessDeniedException) {
            said = "permission denied";
        }
        if (said != null && said.startsWith(file.toString())) {
            return said;
        }
        return file + " cannot be read: "
                + (said == null ? unreadable.getClass().getSimpleName() : said);
    }
}
