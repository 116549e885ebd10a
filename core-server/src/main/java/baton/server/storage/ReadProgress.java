package baton.server.storage;

/** Learns how much has been read of what a start has to read. */
public interface ReadProgress {
    /** For nobody who wants to know. */
    ReadProgress UNSEEN = new ReadProgress() {};

    /** So many bytes are to be read from here on; what was told before counts no more. */
    default void toRead(long bytes) {}

    /** So many of them have been read by now. */
    default void hasRead(long bytes) {}
}
