package baton.shell.demo;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which files the demo works on: real paths in their natural order, each once. */
final class FileList {
    private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules");
    private static final int PROBED_BYTES = 8 * 1024;

    private FileList() {}

    /** Returns every file under the paths; symbolic links below them are not followed. */
    static List<Path> under(List<Path> paths) {
        Set<Path> files = new TreeSet<>();
        for (Path path : paths) {
            if (Files.notExists(path)) {
                throw new CommandFailedException(ExitCode.USAGE, path + " does not exist");
            }
            collect(path, files, Set.of());
        }
        return refuseNone(files, "no files under " + paths);
    }

    /** Returns the text files of a clone, without what git and the build keep there. */
    static List<Path> textOf(Path repository) {
        Set<Path> files = new TreeSet<>();
        collect(repository, files, NOT_OURS);
        files.removeIf(file -> !isText(file));
        return refuseNone(files, "no text files under " + repository);
    }

    private static List<Path> refuseNone(Set<Path> files, String why) {
        if (files.isEmpty()) {
            throw new CommandFailedException(ExitCode.USAGE, why + ": give a PATH with files");
        }
        return List.copyOf(files);
    }

    private static void collect(Path top, Set<Path> files, Set<String> skipped) {
        try {
            Files.walkFileTree(top.toRealPath(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    Path name = directory.getFileName();
                    boolean skip = name != null && skipped.contains(name.toString());
                    return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            throw new CommandFailedException(ExitCode.PROBLEM, "cannot read " + unreadable.getMessage(), unreadable);
        }
    }

    /** A file is text if its beginning holds no zero byte. */
    private static boolean isText(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            for (byte each : in.readNBytes(PROBED_BYTES)) {
                if (each == 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException unreadable) {
            throw new CommandFailedException(ExitCode.PROBLEM, "cannot read " + file, unreadable);
        }
    }
}
