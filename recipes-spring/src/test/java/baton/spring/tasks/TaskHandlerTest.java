package baton.spring.tasks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.recipes.FencingToken;
import baton.recipes.queue.DeadTasks;
import baton.recipes.queue.Submitter;
import baton.recipes.queue.TaskContext;
import baton.recipes.queue.TaskHandle;
import baton.recipes.queue.TaskResult;
import baton.spring.SharedStore;
import baton.spring.StartRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class TaskHandlerTest {
    private SharedStore shared;

    record Image(String name, int width) {}

    record Thumbnail(String name, int width) {}

    @BeforeEach
    void open() throws Exception {
        shared = new SharedStore();
    }

    @AfterEach
    void close() {
        shared.close();
    }

    @Test
    void handlesWhatAnotherInstanceHandsIn() {
        instance("worker")
                .withBean(Studio.class)
                .run(worker -> instance("front").withBean(Front.class).run(context -> {
                    Front front = context.getBean(Front.class);

                    TaskResult<Thumbnail> result = end(front.images
                            .submit(new Image("cat", 400))
                            .toCompletableFuture()
                            .get(30, SECONDS));

                    assertThat(result.value()).isEqualTo(new Thumbnail("cat", 40));
                    assertThat(result.worker()).isEqualTo("worker-thumbnails");
                    assertThat(shared.store().node("/orders/tasks/thumbnails")).isPresent();
                }));
    }

    @Test
    void givesTextAndNothingWithoutAnyJson() {
        ApplicationContextRunner bare = instance("worker").withClassLoader(new FilteredClassLoader("tools.jackson"));

        bare.withBean(Echo.class).withBean(EchoFront.class).run(context -> {
            Submitter<String, Void> submitter = context.getBean(EchoFront.class).submitter;
            TaskResult<Void> result =
                    end(submitter.submit("hello").toCompletableFuture().get(30, SECONDS));

            assertThat(result.ok()).isTrue();
            assertThat(context.getBean(Echo.class).heard).containsExactly("hello by attempt 1");
        });
        bare.withBean(Studio.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(StartRefusedException.class)
                        .hasMessageContaining("Studio.make")
                        .hasMessageContaining("Image")
                        .hasMessageContaining("jackson-databind"));
    }

    @Test
    void makesOfAFailureWhatTheAnnotationSays() {
        instance("one")
                .withPropertyValues("baton.tasks.picky.max-attempts=2", "baton.tasks.picky.backoff=1ms")
                .withBean(Picky.class)
                .withBean(PickyFront.class)
                .run(context -> {
                    PickyFront front = context.getBean(PickyFront.class);
                    Picky picky = context.getBean(Picky.class);

                    assertThat(end(submitted(front, "later")).value()).isEqualTo("done");
                    assertThat(picky.calls.get()).isEqualTo(2);
                    TaskResult<String> rejected = end(submitted(front, "never"));
                    assertThat(rejected.ok()).isFalse();
                    assertThat(rejected.attempts()).isEqualTo(1);
                    TaskResult<String> failed = end(submitted(front, "bad"));
                    assertThat(failed.attempts()).isEqualTo(2);
                    await().until(() -> front.dead
                                    .list()
                                    .toCompletableFuture()
                                    .get(10, SECONDS)
                                    .size()
                            == 2);
                });
    }

    @Test
    void aStoppedInstanceGivesBackWhatItDidNotFinish() {
        Slow slow = new Slow();
        instance("front").withBean(SlowFront.class).run(context -> {
            List<TaskHandle<String>> handles = new ArrayList<>();
            instance("first")
                    .withPropertyValues("baton.shutdown.drain-timeout=100ms")
                    .withBean(Slow.class, () -> slow)
                    .run(first -> {
                        for (int task = 0; task < 5; task++) {
                            handles.add(context.getBean(SlowFront.class)
                                    .submitter
                                    .submit("task " + task)
                                    .toCompletableFuture()
                                    .get(30, SECONDS));
                        }
                        assertThat(slow.begun.await(30, SECONDS)).isTrue();
                    });
            slow.hold.countDown();

            instance("second").withBean(Slow.class, () -> slow).run(second -> {
                for (TaskHandle<String> handle : handles) {
                    assertThat(end(handle).ok()).isTrue();
                }
                assertThat(slow.done).hasSize(5);
            });
        });
    }

    @Test
    void refusesSettingsOutOfRangeAndNamesTheQueue() {
        instance("one")
                .withPropertyValues("baton.tasks.echo.max-attempts=0")
                .withBean(Echo.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(StartRefusedException.class)
                        .hasMessageContaining("maxAttempts 0")
                        .hasMessageContaining("baton.tasks.echo"));
    }

    @Test
    void refusesTwoHandlersOfOneQueue() {
        instance("one")
                .withBean("a", Studio.class)
                .withBean("b", Studio.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isInstanceOf(StartRefusedException.class)
                        .hasMessageContaining("thumbnails")
                        .hasMessageContaining("and so does"));
    }

    private ApplicationContextRunner instance(String name) {
        return shared.instance(name);
    }

    private static TaskHandle<String> submitted(PickyFront front, String task) throws Exception {
        return front.submitter.submit(task).toCompletableFuture().get(30, SECONDS);
    }

    private static <R> TaskResult<R> end(TaskHandle<R> handle) throws Exception {
        return handle.result().toCompletableFuture().get(30, SECONDS);
    }

    static class Studio {
        @TaskHandler(queue = "thumbnails", slots = 2)
        Thumbnail make(Image image, TaskContext context, FencingToken token) {
            if (!context.token().equals(token)) {
                throw new IllegalStateException("another token");
            }
            return new Thumbnail(image.name(), image.width() / 10);
        }
    }

    static class Front {
        final Submitter<Image, Thumbnail> images;

        Front(@TaskQueue("thumbnails") Submitter<Image, Thumbnail> images) {
            this.images = images;
        }
    }

    static class Echo {
        final Set<String> heard = ConcurrentHashMap.newKeySet();

        @TaskHandler(queue = "${echo.queue:echo}")
        void hear(TaskContext context, String text) {
            heard.add(text + " by attempt " + context.attempt());
        }
    }

    static class EchoFront {
        final Submitter<String, Void> submitter;

        EchoFront(@TaskQueue("echo") Submitter<String, Void> submitter) {
            this.submitter = submitter;
        }
    }

    static class Picky {
        final AtomicInteger calls = new AtomicInteger();

        @TaskHandler(
                queue = "picky",
                retryFor = IllegalStateException.class,
                retryAfter = "10ms",
                rejectFor = UnsupportedOperationException.class)
        String handle(String task) throws Exception {
            switch (task) {
                case "later":
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("not now");
                    }
                    return "done";
                case "never":
                    throw new UnsupportedOperationException("never");
                default:
                    throw new IOException("bad");
            }
        }
    }

    static class PickyFront {
        final Submitter<String, String> submitter;
        final DeadTasks<String> dead;

        PickyFront(
                @TaskQueue("picky") Submitter<String, String> submitter, @TaskQueue("picky") DeadTasks<String> dead) {
            this.submitter = submitter;
            this.dead = dead;
        }
    }

    static class Slow {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch hold = new CountDownLatch(1);
        final Set<String> done = ConcurrentHashMap.newKeySet();

        @TaskHandler(queue = "slow")
        String handle(String task) throws InterruptedException {
            begun.countDown();
            hold.await();
            done.add(task);
            return task;
        }
    }

    static class SlowFront {
        final Submitter<String, String> submitter;

        SlowFront(@TaskQueue("slow") Submitter<String, String> submitter) {
            this.submitter = submitter;
        }
    }
}
