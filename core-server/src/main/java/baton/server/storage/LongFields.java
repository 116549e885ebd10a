package baton.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Admits the long fields of a snapshot if all of its file is as it was written.
 *
 * <p>Once a server may have let in what is longer than {@code jute.maxbuffer} allows now, and it is read all the same. But a
 * length that was damaged must not take memory that is not there: an older snapshot could not be read either then.
 */
final class LongFields implements SnapshotInput.Admission {
    private final Disk disk;
    private final Path file;
    private final SnapshotForm form;
    private final SnapshotSink sink;
    private boolean sealed;

    LongFields(Disk disk, Path file, SnapshotForm form, SnapshotSink sink) {
        this.disk = disk;
        this.file = file;
        this.form = form;
        this.sink = sink;
    }

    @Override
    public void admit(int length) throws IOException {
        sealed = sealed || isSealed();
        if (!sealed) {
            throw new IOException("a length of " + length + ", and the file does not end with a checksum of all of it");
        }
        sink.beforeLong(length);
    }

    private boolean isSealed() throws IOException {
        try (InputStream in = form.open(disk, file)) {
            return SnapshotFormat.endsSealed(in, Long.MIN_VALUE, sink::readAhead);
        }
    }
}
