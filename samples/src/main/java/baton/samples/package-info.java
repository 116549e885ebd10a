/**
 * One recipe a file, each with a {@code main} of its own. They run against a server inside the process; to use another
 * store, replace {@code EmbeddedCore.inMemory()} by {@code ZnodeCore.connect("host:2181")}.
 */
@NullMarked
package baton.samples;

import org.jspecify.annotations.NullMarked;
