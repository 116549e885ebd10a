/**
 * Locks in an application: {@link baton.spring.lock.DistributedLock} puts one around a method, {@link
 * baton.spring.lock.LockOperations} around a piece of code.
 */
@NullMarked
package baton.spring.lock;

import org.jspecify.annotations.NullMarked;
