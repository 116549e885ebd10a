/**
 * A second reader of logs and snapshots, for the judges of the simulation: written from the description of the formats, slow
 * and obvious, and without a class of the server. {@link baton.server.sim.files.PlainDirectory} reads a directory,
 * {@link baton.server.sim.files.PlainTree} is what it says.
 */
@NullMarked
package baton.server.sim.files;

import org.jspecify.annotations.NullMarked;
