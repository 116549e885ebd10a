/**
 * Who watches which path, and who is to be told when something happens there.
 *
 * <p>{@link baton.server.watch.WatchTable} is the whole of it, made of stripes of paths and of crowds where several watch
 * one path; a {@link baton.server.watch.Watcher} is a connection, of
 * which nothing is known here but that it carries its own {@link baton.server.watch.WatchedPaths}.
 *
 * <p>Watches live on a connection of one server: nothing here is stored, replicated, or kept for a session that comes
 * back. The table knows no tree; that reading a node and registering a watch on it are one step is the caller's doing,
 * through the tree's read gate.
 */
@NullMarked
package baton.server.watch;

import org.jspecify.annotations.NullMarked;
