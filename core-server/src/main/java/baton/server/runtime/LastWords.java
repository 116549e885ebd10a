package baton.server.runtime;

/**
 * Says why a server ends, within a second or not at all: what writes the lines may hang with the same disk, or have no memory,
 * and the server must end all the same.
 */
final class LastWords {
    private static final long MILLIS_MAX = 1_000;

    private LastWords() {}

    static void say(Runnable words) {
        Thread speaker = ServerThreads.thread(ServerThreads.LAST_WORDS, words);
        speaker.start();
        try {
            speaker.join(MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
