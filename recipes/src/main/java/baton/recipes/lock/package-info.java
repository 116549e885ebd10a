/**
 * Critical sections between processes: {@link baton.recipes.lock.InterProcessLock} is what all of them can do, {@link
 * baton.recipes.lock.InterProcessMutex} the reentrant one, {@link baton.recipes.lock.Locker} a bracket around one.
 */
@NullMarked
package baton.recipes.lock;

import org.jspecify.annotations.NullMarked;
