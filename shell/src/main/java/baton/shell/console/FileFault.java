package baton.shell.console;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be read or written, in words: what Java says of it often is the name of the file alone. */
final class FileFault {
    private FileFault() {}

    static String of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException ofFile ? ofFile.getReason() : failure.getMessage();
        return reason == null ? failure.toString() : reason;
    }
}
