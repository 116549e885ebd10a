package baton.server.transport;

import baton.server.config.Transport;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How loops wait for sockets: what they need of Netty for it, and whether this machine has it. */
public enum SocketIo {
    EPOLL {
        @Override
        @Nullable
        Throwable obstacle() {
            return Epoll.unavailabilityCause();
        }

        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ServerChannel serverChannel() {
            return new EpollServerSocketChannel();
        }

        @Override
        GatheringWrite socketWrite() {
            return new SystemWrite();
        }
    },

    /**
     * What is received goes into buffers that all connections of a loop share, so that an idle one holds none. Kernels that
     * cannot do so are not used.
     */
    IO_URING {
        @Override
        @Nullable
        Throwable obstacle() {
            Throwable cause = IoUring.unavailabilityCause();
            return cause != null || IoUring.isRegisterBufferRingSupported()
                    ? cause
                    : new UnsupportedOperationException(
                            "the kernel has no rings of buffers, as Linux has from 5.19 on");
        }

        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory(new IoUringIoHandlerConfig()
                    .setBufferRingConfig(IoUringBufferRingConfig.builder()
                            .bufferGroupId(RECEIVING)
                            .bufferRingSize(BUFFERS)
                            .batchSize(BUFFERS)
                            .allocator(
                                    new IoUringFixedBufferRingAllocator(PooledByteBufAllocator.DEFAULT, BUFFER_BYTES))
                            .build()));
        }

        @Override
        ServerChannel serverChannel() {
            return new IoUringServerSocketChannel();
        }

        @Override
        Map<ChannelOption<Short>, Short> childOptions() {
            return Map.of(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, RECEIVING);
        }

        @Override
        RecvByteBufAllocator receiving() {
            // Reads of different connections are under way at the same time, so they cannot share a measure.
            return new FixedRecvByteBufAllocator(BUFFER_BYTES).maxMessagesPerRead(READS_AT_ONCE_MAX);
        }
    },

    NIO {
        @Override
        @Nullable
        Throwable obstacle() {
            return null;
        }

        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel serverChannel() {
            return new NioServerSocketChannel();
        }
    };

    static final int READS_AT_ONCE_MAX = 16;
    private static final Logger log = LoggerFactory.getLogger(SocketIo.class);
    private static final short RECEIVING = 0;
    private static final short BUFFERS = 64;
    private static final int BUFFER_BYTES = 16 << 10;

    /** Returns why it does not work here, or null. */
    abstract @Nullable Throwable obstacle();

    abstract IoHandlerFactory handlers();

    abstract ServerChannel serverChannel();

    /** Returns what accepted connections are told besides what all are. */
    Map<ChannelOption<Short>, Short> childOptions() {
        return Map.of();
    }

    /** Returns how much the connections of a loop read at once. */
    RecvByteBufAllocator receiving() {
        return new LoopReceiving();
    }

    /** Returns what writes to the sockets of one loop, if they can be written to without a queue. */
    GatheringWrite socketWrite() {
        return GatheringWrite.NONE;
    }

    /** Says whether what is flushed leaves only when the loop has run its tasks. */
    boolean isWritingLater() {
        return this == IO_URING;
    }

    /** Returns it as the log names it. */
    public String shown() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Picks what was asked for.
     *
     * @throws IllegalStateException if this machine does not have it: then there is an {@link #obstacleTo}
     */
    public static SocketIo of(Transport wanted) {
        SocketIo chosen = named(wanted);
        Throwable obstacle = chosen.obstacle();
        if (obstacle != null) {
            throw new IllegalStateException(chosen.shown() + " is not available", obstacle);
        }
        return chosen;
    }

    private static SocketIo named(Transport wanted) {
        return switch (wanted) {
            case AUTO -> EPOLL.obstacle() == null ? EPOLL : NIO;
            case EPOLL -> EPOLL;
            case IO_URING -> IO_URING;
            case NIO -> NIO;
        };
    }

    /**
     * Finds out what {@link Transport#AUTO} comes to, which takes a sixth of a start. Whoever asks meanwhile waits until it is
     * known, as for any class that is being loaded.
     */
    public static void prepare() {
        SocketIo unused = named(Transport.AUTO);
    }

    /**
     * Has loaded what a first port and its buffers need, a twentieth of a start. Only once Netty's allocator may be made, which
     * it is by this; what cannot be had here is left for others to find.
     */
    public static void rehearse(Transport wanted) {
        try {
            SocketIo chosen = named(wanted);
            if (chosen.obstacle() == null) {
                chosen.serverChannel().unsafe().closeForcibly();
                PooledByteBufAllocator.DEFAULT.directBuffer().release();
            }
        } catch (RuntimeException | LinkageError e) {
            log.debug("left to whoever needs a port because={}", e.toString());
        }
    }

    /** Returns a line that says why what was asked for cannot be had on this machine and what to do; empty if it can. */
    public static Optional<String> obstacleTo(Transport wanted) {
        if (wanted == Transport.AUTO) {
            return Optional.empty();
        }
        Throwable cause = named(wanted).obstacle();
        return cause == null ? Optional.empty() : Optional.of(refusal(wanted, cause));
    }

    static String refusal(Transport wanted, Throwable cause) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String advice = cause instanceof LinkageError
                ? "its native library is only there for Linux on x86-64; "
                : permission(reason);
        return "baton.transport=" + wanted.keyword() + " is not to be had here: " + reason + "; " + advice
                + "set baton.transport=auto to use what there is";
    }

    private static String permission(String reason) {
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("not permitted") || lower.contains("permission denied")) {
            return "allow it by sysctl kernel.io_uring_disabled=0, and in a container by a seccomp profile with io_uring_setup,"
                    + " io_uring_enter and io_uring_register, or ";
        }
        return lower.contains("not implemented") || lower.contains("kernel") ? "take a newer kernel, or " : "";
    }
}
