package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.Transport;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SocketIoTest {
    @Test
    void whatIsNotAskedForIsNeverIoUringAndAlwaysThere() {
        assertThat(SocketIo.obstacleTo(Transport.AUTO)).isEmpty();
        assertThat(SocketIo.of(Transport.AUTO)).isIn(SocketIo.EPOLL, SocketIo.NIO);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void whatIsAskedForIsTakenOrRefused(Transport wanted) {
        if (SocketIo.obstacleTo(wanted).isEmpty()) {
            assertThat(SocketIo.of(wanted).shown()).isEqualTo(wanted.keyword());
        } else {
            assertThat(SocketIo.obstacleTo(wanted).get()).startsWith("baton.transport=" + wanted.keyword() + " ");
        }
    }

    @Test
    void aRefusalByTheSystemSaysWhoCanAllowIt() {
        String line = SocketIo.refusal(
                Transport.IO_URING, new IOException("io_uring_setup(...) failed: Operation not permitted"));

        assertThat(line)
                .isEqualTo(
                        "baton.transport=io_uring is not to be had here: io_uring_setup(...) failed: Operation not permitted;"
                                + " allow it by sysctl kernel.io_uring_disabled=0, and in a container by a seccomp profile with"
                                + " io_uring_setup, io_uring_enter and io_uring_register, or set baton.transport=auto to use what"
                                + " there is");
    }

    @Test
    void anOldKernelAndAMissingLibraryAreTold() {
        assertThat(SocketIo.refusal(
                        Transport.IO_URING,
                        new UnsupportedOperationException("you need at least kernel version 5.9, current: 4.18")))
                .endsWith("; take a newer kernel, or set baton.transport=auto to use what there is");
        assertThat(SocketIo.refusal(Transport.EPOLL, new UnsatisfiedLinkError("no library")))
                .isEqualTo(
                        "baton.transport=epoll is not to be had here: no library; its native library is only there for"
                                + " Linux on x86-64; set baton.transport=auto to use what there is");
    }
}
