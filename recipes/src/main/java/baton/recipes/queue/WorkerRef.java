package baton.recipes.queue;

/**
 * Names a worker.
 *
 * @param id one segment of a path
 */
public record WorkerRef(String id) {}
