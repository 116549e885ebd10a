/**
 * What an implementer of a core needs to know when they are done, and what users need to test their own failures.
 *
 * <p>Reading order: {@link baton.core.testkit.CoordinationCoreContract} and {@link
 * baton.core.testkit.CoreFaultContract} are the contract tests; a core runs them by extending each with a class that
 * makes a {@link baton.core.testkit.CoreUnderTest}. A {@link baton.core.testkit.FaultyLink} stands between a client and its
 * store and breaks what passes; {@link baton.core.testkit.FaultProxy} is the one for znode servers, and for any other
 * where bytes are enough. {@link baton.core.testkit.JavaProcess} runs a main class in a process of its own, to be paused
 * and killed; {@link baton.core.testkit.ServerProcess} and {@link baton.core.testkit.EtcdServer} are real
 * servers, each a {@link baton.core.testkit.StoreServer}, on a {@link baton.core.testkit.LoopbackPort} that is theirs alone.
 *
 * <p>For tests only. Uses the JDK, JUnit, AssertJ and Awaitility.
 */
@NullMarked
package baton.core.testkit;

import org.jspecify.annotations.NullMarked;
