package baton.recipes;

import java.util.concurrent.Executor;

/** Where code of the user runs. A type of its own, so that wiring cannot mistake another executor for it. */
public record ListenerExecutor(Executor executor) {}
