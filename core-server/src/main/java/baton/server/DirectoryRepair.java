package baton.server;

import baton.protocol.Zxid;
import baton.server.config.ConfigException;
import baton.server.config.ServerSettings;
import baton.server.runtime.OpenStorage;
import baton.server.storage.DirectoryRefusedException;
import baton.server.storage.Disk;
import baton.server.storage.Repair;
import baton.server.storage.StorageException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What can be done about a data directory that a server refuses for damage: to say what is wrong, and to accept a loss.
 *
 * <p>The server must not run. Without a loss to accept nothing is changed; with one, the directories are copied aside
 * first, to {@code version-2.damaged-DATE-TIME} beside them.
 */
public final class DirectoryRepair {
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("'.damaged-'yyyyMMdd-HHmmss");

    private DirectoryRepair() {}

    /**
     * Looks at the directory of a server, or repairs it.
     *
     * @param server the arguments of the server, see {@link Main}
     * @param acceptLossAfter the last transaction to keep, as {@link Zxid#parse} reads it; nothing to change nothing
     * @return {@link ExitCode#OK} if a server can start there now, else why not
     */
    public static ExitCode run(
            List<String> server, Optional<String> acceptLossAfter, PrintStream out, PrintStream err) {
        try {
            OptionalLong zxid = acceptLossAfter.isPresent()
                    ? OptionalLong.of(Zxid.parse(acceptLossAfter.get()))
                    : OptionalLong.empty();
            return run(Main.settings(server), zxid, out, err);
        } catch (ServerArguments.UsageException | IllegalArgumentException e) {
            err.println(e.getMessage());
            return ExitCode.USAGE;
        } catch (ConfigException e) {
            e.problems().forEach(err::println);
            return ExitCode.CONFIGURATION;
        }
    }

    private static ExitCode run(ServerSettings settings, OptionalLong zxid, PrintStream out, PrintStream err) {
        try (Repair repair = OpenStorage.repair(settings, Disk.ofSystem())) {
            Optional<StorageException> refusal = repair.refusal();
            if (refusal.isEmpty()) {
                out.println("nothing is damaged in " + settings.storage());
                return ExitCode.OK;
            }
            if (zxid.isEmpty()) {
                err.println(refusal.get().getMessage());
                return ExitCode.DATA_DAMAGED;
            }
            List<Path> copies =
                    repair.acceptLossAfter(zxid.getAsLong(), LocalDateTime.now().format(SUFFIX));
            copies.forEach(each -> out.println("kept what was there in " + each));
            out.println("the history ends with zxid " + Zxid.format(zxid.getAsLong()) + " now: start the server");
            return ExitCode.OK;
        } catch (DirectoryRefusedException e) {
            err.println(e.getMessage());
            return e.isInUse() ? ExitCode.ALREADY_RUNNING : ExitCode.REFUSED;
        } catch (StorageException e) {
            err.println(e.getMessage());
            return ExitCode.DATA_DAMAGED;
        }
    }
}
