package baton.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ConnectResponse;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

/**
 * A server whose answers are nearly right, or come when nobody has asked.
 *
 * <p>Whatever it says, the machine throws nothing, and goes on to the end of every request: each gets one outcome, and one
 * that tells of an answer only from the frame that has its number, while no older one waits.
 */
class SpoiltRepliesTest {
    private static final Stat STAT = new Stat(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    private static final int[] ODD_NUMBERS = {
        0, 1, -1, -2, -4, -8, 2, 7, 112, -112, -118, 0xffff, 0x100000, Integer.MAX_VALUE, Integer.MIN_VALUE
    };

    private enum Deed {
        SUBMIT,
        ANSWER,
        REFUSE,
        TELL,
        GREET,
        PONG,
        SPOIL,
        NOISE,
        OVERSIZE,
        PASS,
        LOSE
    }

    private enum Harm {
        FLIP,
        CUT,
        LENGTHEN,
        NUMBER,
        XID,
        TWICE
    }

    /** One thing that happens; which, the numbers say. */
    private record Step(Deed deed, Harm harm, int one, int other) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Deed> deeds = Arbitraries.frequency(
                Tuple.of(8, Deed.SUBMIT),
                Tuple.of(16, Deed.ANSWER),
                Tuple.of(1, Deed.REFUSE),
                Tuple.of(2, Deed.TELL),
                Tuple.of(5, Deed.GREET),
                Tuple.of(1, Deed.PONG),
                Tuple.of(3, Deed.SPOIL),
                Tuple.of(1, Deed.NOISE),
                Tuple.of(1, Deed.OVERSIZE),
                Tuple.of(1, Deed.PASS),
                Tuple.of(1, Deed.LOSE));
        return Combinators.combine(
                        deeds,
                        Arbitraries.of(Harm.class),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 1_000))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    @Property(tries = 20_000)
    void noAnswerHarmsTheMachineOrIsTakenForAnother(@ForAll("steps") List<Step> steps) {
        Conversation conversation = new Conversation();
        steps.forEach(conversation::take);
        conversation.end();
    }

    @Property(tries = 5_000_000)
    @Tag("soak")
    void noAnswerHarmsTheMachineForLong(@ForAll("steps") List<Step> steps) {
        noAnswerHarmsTheMachineOrIsTakenForAnother(steps);
    }

    /** The two ends, and what became of every request. */
    private static final class Conversation {
        private final Dialogue dialogue = Dialogue.attached();
        private final Map<Object, Integer> xids = new HashMap<>();
        /** Those on their way over the connection at hand, oldest first. */
        private final ArrayDeque<Dialogue.Sent> waiting = new ArrayDeque<>();

        private final Set<Object> ended = new HashSet<>();
        private byte[] last = new byte[0];
        private int submitted;
        private long wakeAt = Long.MAX_VALUE;
        private boolean attached = true;
        private boolean finished;

        void take(Step step) {
            switch (step.deed) {
                case SUBMIT -> submit(step.one);
                case ANSWER -> receive(answer(step.one));
                case REFUSE -> receive(header(oldestXid(), step.one, ErrorCode.values()[step.other % 20].code()));
                case TELL -> receive(event(step.one));
                case GREET -> greet(step);
                case PONG -> receive(header(Xid.PING, step.one, 0));
                case SPOIL -> receive(spoilt(spoilable(step.other), step));
                case NOISE -> receive(noise(step));
                case OVERSIZE -> hear(new Event.FrameOversized(dialogue.attempt(), ODD_NUMBERS[step.one % 15]), null);
                case PASS -> pass(step.one * 3L);
                case LOSE -> hear(new Event.ConnectionLost(dialogue.attempt(), "cut"), null);
            }
        }

        /** Now the server is silent for good: whoever still waits is told, sooner or later. */
        void end() {
            for (long millis = 1_000; millis < 1L << 40; millis *= 2) {
                pass(millis);
            }
            assertThat(ended).as("requests that have an outcome").hasSize(submitted);
            assertThat(finished || wakeAt < Long.MAX_VALUE)
                    .as("it has ended, or will be woken")
                    .isTrue();
        }

        private void submit(int which) {
            Object tag = ++submitted;
            Request request = switch (which % 6) {
                case 0 -> new Request.GetData("/a", true);
                case 1 -> new Request.SetData("/a", Bytes.EMPTY, -1);
                case 2 -> new Request.Create("/a", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT);
                case 3 -> new Request.GetChildren2("/a", true);
                case 4 -> new Request.AddWatch("/a", AddWatchMode.PERSISTENT_RECURSIVE);
                default -> new Request.Multi(List.of(new Request.Check("/", -1)));
            };
            int before = waiting.size();
            hear(new Event.Submit(tag, request, Frames.request(request)), null);
            if (waiting.size() > before) {
                xids.put(tag, waiting.getLast().xid());
            }
        }

        /** Lets the machine connect if it wants to, and grants a session; nearly always the one that it has. */
        private void greet(Step step) {
            if (attached && step.one % 7 > 0) {
                return;
            }
            pass(200);
            hear(new Event.Connected(dialogue.attempt()), null);
            WireWriter out = new WireWriter();
            int timeoutMillis = step.one % 40 == 0 ? ODD_NUMBERS[step.other % 15] : Dialogue.TIMEOUT_MILLIS;
            long session = step.one % 41 == 0 ? step.other : Dialogue.SESSION;
            new ConnectResponse(0, timeoutMillis, session, Dialogue.PASSWORD, false, true).write(out);
            receive(step.one % 10 == 0 ? spoilt(out.toArray(), step) : out.toArray());
        }

        private void pass(long millis) {
            dialogue.now += millis * 1_000_000L;
            wakeAt = Long.MAX_VALUE;
            hear(new Event.TimeReached(), null);
        }

        private byte[] spoilable(int which) {
            return which % 3 == 0 ? event(which) : answer(which);
        }

        private int oldestXid() {
            return waiting.isEmpty() ? 1 : waiting.getFirst().xid();
        }

        private byte[] answer(int zxid) {
            WireWriter out = new WireWriter();
            new ReplyHeader(oldestXid(), zxid, 0).write(out);
            if (!waiting.isEmpty()) {
                body(waiting.getFirst().request().opCode()).write(out);
            }
            return out.toArray();
        }

        private static Response body(OpCode opCode) {
            return switch (opCode) {
                case GET_DATA -> new Response.Content(Bytes.utf8("content"), STAT);
                case SET_DATA -> new Response.StatOnly(STAT);
                case CREATE -> new Response.Created("/a");
                case GET_CHILDREN2 -> new Response.ChildrenWithStat(List.of("b", "c"), STAT);
                case ADD_WATCH -> new Response.WatchAdded();
                case MULTI -> new Response.Multi(List.of(MultiResult.Done.of(OpCode.CHECK, Response.Empty.INSTANCE)));
                default -> Response.Empty.INSTANCE;
            };
        }

        private static byte[] header(int xid, int zxid, int error) {
            WireWriter out = new WireWriter();
            new ReplyHeader(xid, zxid, error).write(out);
            return out.toArray();
        }

        private static byte[] event(int which) {
            WireWriter out = new WireWriter();
            ReplyHeader.notification(which).write(out);
            new WatchEvent(EventType.values()[which % 5], "/a").write(out);
            return out.toArray();
        }

        private static byte[] noise(Step step) {
            byte[] noise = new byte[step.one % 80];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (byte) (step.other * 31 + i * i * step.one);
            }
            return noise;
        }

        private byte[] spoilt(byte[] frame, Step step) {
            byte[] other = frame.clone();
            int at = step.one % frame.length;
            switch (step.harm) {
                case FLIP -> other[at] ^= (byte) (1 << step.other % 8);
                case CUT -> other = Arrays.copyOf(frame, at);
                case LENGTHEN -> other = Arrays.copyOf(frame, frame.length + step.other % 50);
                case NUMBER -> number(other, at & ~3, ODD_NUMBERS[step.other % 15]);
                case XID -> number(other, 0, oldestXid() + step.other % 5 - 2);
                case TWICE -> other = last;
            }
            return other;
        }

        private static void number(byte[] frame, int at, int number) {
            if (at + Integer.BYTES <= frame.length) {
                ByteBuffer.wrap(frame).putInt(at, number);
            }
        }

        private void receive(byte[] frame) {
            last = frame;
            hear(new Event.FrameReceived(dialogue.attempt(), ByteBuffer.wrap(frame)), frame);
        }

        /** Lets something happen, and looks at what follows: of a frame, if it was one. */
        private void hear(Event event, byte[] frame) {
            for (Effect each : dialogue.on(event)) {
                if (each instanceof Effect.Dial) {
                    waiting.clear();
                } else if (each instanceof Effect.Attached) {
                    attached = true;
                } else if (each instanceof Effect.HangUp) {
                    attached = false;
                } else if (each instanceof Effect.Complete complete) {
                    complete(complete, frame);
                } else if (each instanceof Effect.WakeAt wake) {
                    wakeAt = wake.nanos();
                } else if (each instanceof Effect.Finished) {
                    finished = true;
                }
            }
            while (dialogue.hasSent()) {
                Dialogue.Sent sent = dialogue.next();
                if (sent.xid() > 0) {
                    waiting.add(sent);
                }
            }
            if (frame != null
                    && frame.length >= 4
                    && !waiting.isEmpty()
                    && ByteBuffer.wrap(frame).getInt() == waiting.getFirst().xid()) {
                waiting.removeFirst();
            }
        }

        private void complete(Effect.Complete complete, byte[] frame) {
            assertThat(ended.add(complete.tag()))
                    .as("the first outcome of " + complete)
                    .isTrue();
            if (complete.outcome() instanceof Outcome.Lost) {
                return;
            }
            assertThat(frame).as("what told of " + complete).isNotNull();
            int xid = ByteBuffer.wrap(frame).getInt();
            assertThat(xid).as("number of the frame that told of " + complete).isEqualTo(xids.get(complete.tag()));
            assertThat(xid)
                    .as("number of the oldest request")
                    .isEqualTo(waiting.getFirst().xid());
        }
    }
}
