package baton.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is to be seen of a server's snapshots from outside. A server that purges old ones meanwhile makes no difference. */
record SnapshotFiles(int count, String newest, long newestBytes) {
    static SnapshotFiles in(Path directory) throws IOException {
        int count = 0;
        String newest = "";
        long newestBytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("version-2"), "*snapshot*")) {
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

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException renamed) {
            return 0;
        }
    }
}
