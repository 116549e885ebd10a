package baton.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What is to be seen of a server's snapshots from outside. A server that purges old ones meanwhile makes no difference. */
record SnapshotFiles(int count, String newest, long newestBytes) {
    private static final String DIRECTORY = "version-2";

    static SnapshotFiles in(Path directory) throws IOException {
        int count = 0;
        String newest = "";
        long newestBytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve(DIRECTORY), "*snapshot*")) {
            for (Path each : files) {
                count++;
                String name = each.getFileName().toString();
                if (name.length() > newest.length() || name.length() == newest.length() && name.compareTo(newest) > 0) {
                    newest = name;
                    newestBytes = size(each);
                }
            }
        }
        return new SnapshotFiles(count, newest, newestBytes);
    }

    /** Has the newest on the disk, and returns how long that took; next to nothing if its server has done so. */
    double forceNewest(Path directory) throws IOException {
        long start = System.nanoTime();
        try (FileChannel file =
                FileChannel.open(directory.resolve(DIRECTORY).resolve(newest), StandardOpenOption.WRITE)) {
            file.force(true);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException renamed) {
            return 0;
        }
    }
}
