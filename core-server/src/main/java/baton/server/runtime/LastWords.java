package baton.server.runtime;

/**
 * Says why a server ends, within a second or not at all: what writes the lines may hang with the same disk, or have no memory,
 * and the server must end all the same.
 */
final class LastWords {
    private static final long MILLIS_MAX = 1_000;

    private LastWords() {}

    static void say(Runnable words) {
        say(words, MILLIS_MAX);
    }

    /** @param millisMax how long whoever writes them is waited for */
    static void say(Runnable words, long millisMax) {
        Thread speaker = ServerThreads.thread(ServerThreads.LAST_WORDS, words);
        speaker.start();
        try {
            speaker.join(millisMax);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
