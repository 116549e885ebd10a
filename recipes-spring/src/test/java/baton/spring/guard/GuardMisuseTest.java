package baton.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import baton.recipes.FencingToken;
import baton.recipes.latch.Leadership;
import baton.recipes.queue.TaskContext;
import baton.spring.SharedStore;
import baton.spring.StartRefusedException;
import baton.spring.leader.LeaderOnly;
import baton.spring.leader.OnLeader;
import baton.spring.lock.DistributedLock;
import baton.spring.tasks.TaskHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.ParallelFlux;

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
                Arguments.of(ParallelStream.class, "ParallelStream.run", "returns ParallelFlux"),
                Arguments.of(ConnectableStream.class, "ConnectableStream.run", "returns ConnectableFlux"),
                Arguments.of(FlowOfTheJdk.class, "FlowOfTheJdk.run", "returns Publisher"),
                Arguments.of(PlainFuture.class, "PlainFuture.run", "Return Mono, Flux or a CompletionStage"),
                Arguments.of(SkippedNumber.class, "SkippedNumber.run", "no empty value"),
                Arguments.of(SkippedReference.class, "SkippedReference.run", "no empty value"),
                Arguments.of(BlankRole.class, "BlankRole.run", "One path segment"),
                Arguments.of(RoleWithSlash.class, "RoleWithSlash.run", "one path segment"),
                Arguments.of(BadWait.class, "BadWait.run", "soon"),
                Arguments.of(NamelessLock.class, "NamelessLock.run", "without a name"),
                Arguments.of(BadSpel.class, "BadSpel.run", "no SpEL"),
                Arguments.of(BadLimit.class, "BadLimit.run", "no duration"),
                Arguments.of(QuarrelingTasks.class, "claims the role r", "settings"),
                Arguments.of(GreedyTask.class, "GreedyTask.run", "one Leadership"),
                Arguments.of(ScheduledWithToken.class, "ScheduledWithToken.run", "BatonGuards.currentToken()"),
                Arguments.of(ScheduledWithGrant.class, "ScheduledWithGrant.run", "no scheduler passes"),
                Arguments.of(ScheduledTask.class, "ScheduledTask.run", "on every instance"),
                Arguments.of(StaticHandler.class, "StaticHandler.handle", "is static"),
                Arguments.of(TasklessHandler.class, "TasklessHandler.handle", "exactly one task"),
                Arguments.of(PrimitiveHandler.class, "PrimitiveHandler.handle", "primitive int"),
                Arguments.of(HandlerOfNoQueue.class, "HandlerOfNoQueue.handle", "one path segment"),
                Arguments.of(HastyHandler.class, "HastyHandler.handle", "no duration"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isRefused(Class<?> mistake, String where, String what) {
        shared.instance("one")
                .withUserConfiguration(Scheduling.class)
                .withBean("mistake", mistake)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(StartRefusedException.class)
                        .message()
                        .contains("bean 'mistake'", where)
                        .containsIgnoringCase(what));
    }

    @Test
    void aGuardThatWasPassedByIsNoticedInside() {
        shared.instance("one")
                .withBean(CallsItself.class)
                .run(context -> assertThatIllegalStateException()
                        .isThrownBy(context.getBean(CallsItself.class)::outer)
                        .withMessageContaining("on this instead of the bean"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

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

    static class ParallelStream {
        @DistributedLock("x")
        ParallelFlux<Integer> run() {
            return Flux.just(1).parallel();
        }
    }

    static class ConnectableStream {
        @LeaderOnly
        ConnectableFlux<Integer> run() {
            return Flux.just(1).publish();
        }
    }

    static class FlowOfTheJdk {
        @DistributedLock("x")
        Flow.Publisher<Integer> run() {
            return subscriber -> {};
        }
    }

    static class PlainFuture {
        @DistributedLock("x")
        Future<Integer> run() {
            return CompletableFuture.completedFuture(1);
        }
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

    static class ScheduledWithToken {
        @Scheduled(fixedDelay = 1_000)
        @DistributedLock("x")
        void run(FencingToken token) {}
    }

    static class ScheduledWithGrant {
        @Scheduled(fixedDelay = 1_000)
        @LeaderOnly
        void run(Leadership leadership) {}
    }

    static class ScheduledTask {
        @Scheduled(fixedDelay = 1_000)
        @OnLeader("r")
        void run() {}
    }

    static class StaticHandler {
        @TaskHandler(queue = "q")
        static void handle(String task) {}
    }

    static class TasklessHandler {
        @TaskHandler(queue = "q")
        void handle(TaskContext context) {}
    }

    static class PrimitiveHandler {
        @TaskHandler(queue = "q")
        int handle(String task) {
            return 1;
        }
    }

    static class HandlerOfNoQueue {
        @TaskHandler(queue = "a/b")
        void handle(String task) {}
    }

    static class HastyHandler {
        @TaskHandler(queue = "q", retryAfter = "soon")
        void handle(String task) {}
    }

    static class CallsItself {
        public void outer() {
            inner();
        }

        @DistributedLock("x")
        public void inner() {
            BatonGuards.assertGuarded();
        }
    }
}
