package baton.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import baton.spring.SharedStore;
import baton.spring.StartRefusedException;
import baton.spring.leader.LeaderOnly;
import baton.spring.leader.OnLeader;
import baton.spring.lock.DistributedLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake is refused at start-up, with bean, method and what to do. */
class GuardMisuseTest {
    private static SharedStore shared;

    @BeforeAll
    static void open() throws Exception {
        shared = new SharedStore();
    }

    @AfterAll
    static void close() {
        shared.close();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(PrivateMethod.class, "PrivateMethod.run", "is private"),
                Arguments.of(StaticMethod.class, "StaticMethod.run", "is static"),
                Arguments.of(FinalMethod.class, "FinalMethod.run", "is final"),
                Arguments.of(FinalClass.class, "FinalClass.run", "final class without an interface"),
                Arguments.of(SkippedNumber.class, "SkippedNumber.run", "no empty value"),
                Arguments.of(SkippedReference.class, "SkippedReference.run", "no empty value"),
                Arguments.of(BlankRole.class, "BlankRole.run", "One path segment"),
                Arguments.of(RoleWithSlash.class, "RoleWithSlash.run", "one path segment"),
                Arguments.of(BadWait.class, "BadWait.run", "soon"),
                Arguments.of(NamelessLock.class, "NamelessLock.run", "without a name"),
                Arguments.of(BadSpel.class, "BadSpel.run", "no SpEL"),
                Arguments.of(BadLimit.class, "BadLimit.run", "no duration"),
                Arguments.of(QuarrelingTasks.class, "claims the role r", "settings"),
                Arguments.of(GreedyTask.class, "GreedyTask.run", "one Leadership"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isRefused(Class<?> mistake, String where, String what) {
        shared.instance("one")
                .withBean("mistake", mistake)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(StartRefusedException.class)
                        .message()
                        .contains("bean 'mistake'", where)
                        .containsIgnoringCase(what));
    }

    static class PrivateMethod {
        @LeaderOnly
        private void run() {}
    }

    static class StaticMethod {
        @LeaderOnly
        static void run() {}
    }

    static class FinalMethod {
        @DistributedLock("x")
        final void run() {}
    }

    static final class FinalClass {
        @LeaderOnly
        void run() {}
    }

    static class SkippedNumber {
        @LeaderOnly(otherwise = Otherwise.SKIP)
        int run() {
            return 1;
        }
    }

    static class SkippedReference {
        @DistributedLock(name = "x", otherwise = Otherwise.SKIP)
        String run() {
            return "";
        }
    }

    static class BlankRole {
        @LeaderOnly("")
        void run() {}
    }

    static class RoleWithSlash {
        @LeaderOnly("a/b")
        void run() {}
    }

    static class BadWait {
        @LeaderOnly(waitFor = "soon")
        void run() {}
    }

    static class NamelessLock {
        @DistributedLock
        void run() {}
    }

    static class BadSpel {
        @DistributedLock(key = "'open + #id")
        void run(long id) {}
    }

    static class BadLimit {
        @DistributedLock(name = "x", atMost = "a while")
        void run() {}
    }

    static class QuarrelingTasks {
        @OnLeader("r")
        void one() {}

        @OnLeader(role = "r", whenDone = OnLeader.WhenDone.RELEASE)
        void other() {}
    }

    static class GreedyTask {
        @OnLeader("r")
        void run(String more) {}
    }
}
