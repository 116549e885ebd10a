package baton.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import reactor.core.CorePublisher;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.GroupedFlux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.ParallelFlux;

class ResultsTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                Publisher.class,
                Processor.class,
                CorePublisher.class,
                ParallelFlux.class,
                ConnectableFlux.class,
                GroupedFlux.class,
                Flow.Publisher.class,
                SubmissionPublisher.class,
                Future.class,
                FutureTask.class
            })
    void noGuardSeesTheEndOf(Class<?> returned) {
        assertThat(Results.outlivesCall(returned)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rx.Observable", "io.reactivex.Single", "io.reactivex.rxjava3.core.Maybe"})
    void noGuardSeesTheEndOfTheTypesOfRxJava(String name) throws ClassNotFoundException {
        assertThat(Results.outlivesCall(new Named().loadClass(name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                void.class,
                int.class,
                String[].class,
                List.class,
                Mono.class,
                Flux.class,
                CompletionStage.class,
                CompletableFuture.class
            })
    void aGuardLastsAsLongAs(Class<?> returned) {
        assertThat(Results.outlivesCall(returned)).isFalse();
    }

    /** Makes an empty interface of any name, for libraries that are not here. */
    private static final class Named extends ClassLoader {
        @Override
        protected Class<?> findClass(String name) {
            ClassWriter writer = new ClassWriter(0);
            int flags = Opcodes.ACC_PUBLIC | Opcodes.ACC_INTERFACE | Opcodes.ACC_ABSTRACT;
            writer.visit(Opcodes.V17, flags, name.replace('.', '/'), null, "java/lang/Object", null);
            writer.visitEnd();
            byte[] bytes = writer.toByteArray();
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
