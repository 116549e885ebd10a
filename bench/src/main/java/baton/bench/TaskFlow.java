package baton.bench;

/** One producer and some consumers of tasks over one store, all in this process, each with a connection of its own. */
interface TaskFlow extends AutoCloseable {
    /**
     * Hands in so many tasks and waits until all are done.
     *
     * @return the time from the first submit to the last word of completion, in nanoseconds
     */
    long run(int tasks) throws Exception;

    @Override
    void close() throws Exception;
}
