/**
 * The znode server: the face of this module.
 *
 * <p>{@link baton.server.BatonServer} starts one in this process, {@link baton.server.Main} is the command around it, and
 * {@link baton.server.StartFailedException} says why there is none. {@link baton.server.HostProcess} is what a server has of the
 * process. Settings are in {@code baton.server.config}. All other packages are public only because Java needs it.
 */
@NullMarked
package baton.server;

import org.jspecify.annotations.NullMarked;
