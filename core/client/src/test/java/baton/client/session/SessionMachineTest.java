package baton.client.session;

import static baton.client.session.Dialogue.PASSWORD;
import static baton.client.session.Dialogue.SESSION;
import static baton.client.session.Dialogue.TIMEOUT_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import baton.client.session.Dialogue.Sent;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import baton.protocol.WireWriter;
import baton.protocol.Xid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SessionMachineTest {
    private static final long MILLI = 1_000_000L;
    private static final Request READ = new Request.GetData("/a", false);
    private static final Request WRITE = new Request.SetData("/a", Bytes.EMPTY, -1);
    private static final Stat STAT = new Stat(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    private static final Request.Auth IDENTITY = new Request.Auth(0, "digest", Bytes.utf8("u:p"));

    private static Effect.Complete completed(Object tag, Outcome outcome) {
        return new Effect.Complete(tag, outcome);
    }

    @Nested
    class Opening {
        @Test
        void aNewSessionIsAskedForAndGranted() {
            Dialogue dialogue = Dialogue.start();
            dialogue.connect();

            assertThat(dialogue.greeted())
                    .isEqualTo(new ConnectRequest(0, TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, false));
            long sentAt = dialogue.now;
            dialogue.now += 100 * MILLI;
            dialogue.grant(SESSION, 3_000);

            assertThat(dialogue.effects(Effect.Attached.class))
                    .containsExactly(new Effect.Attached(new Credentials(SESSION, PASSWORD), 3_000, true, false));
            assertThat(dialogue.effects(Effect.Extended.class))
                    .containsExactly(new Effect.Extended(sentAt + 2_000 * MILLI));
        }

        @Test
        void theOnlyServerIsDialledAgainWhenItLeavesAGreetingUnanswered() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.lose();
            dialogue.passMillis(1_000);
            dialogue.connect();
            dialogue.effects(Effect.HangUp.class);

            dialogue.passMillis(1_999);
            assertThat(dialogue.effects(Effect.HangUp.class)).isEmpty();
            dialogue.passMillis(1);
            assertThat(dialogue.effects(Effect.HangUp.class)).hasSize(1);
            dialogue.passMillis(1_000);
            assertThat(dialogue.effects(Effect.Dial.class)).hasSize(1);
        }

        @Test
        void serversAreTriedInTurnEachForItsShareOfTheTimeout() {
            Dialogue dialogue =
                    new Dialogue(Dialogue.settings().servers("a", "b", "c").build());
            List<String> dialled = new ArrayList<>();
            Runnable note = () -> dialogue.effects(Effect.Dial.class)
                    .forEach(dial -> dialled.add(dial.server().host()));

            dialogue.on(new Event.Start());
            note.run();
            dialogue.passMillis(1_999);
            note.run();
            assertThat(dialled).hasSize(1);
            for (long millis : new long[] {1, 2_000, 2_000, 25}) {
                dialogue.passMillis(millis);
                note.run();
            }

            assertThat(dialled.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(dialled.subList(3, 4)).isEqualTo(dialled.subList(0, 1));
        }

        @Test
        void pausesGrowFromRoundToRound() {
            Dialogue dialogue = Dialogue.start();
            List<Long> pauses = new ArrayList<>();

            for (int i = 0; i < 8; i++) {
                dialogue.lose();
                long wake = dialogue.effects(Effect.WakeAt.class).get(0).nanos();
                pauses.add((wake - dialogue.now) / MILLI);
                dialogue.now = wake;
                dialogue.on(new Event.TimeReached());
                assertThat(dialogue.effects(Effect.Dial.class)).hasSize(1);
            }

            assertThat(pauses).containsExactly(25L, 50L, 100L, 200L, 400L, 500L, 500L, 500L);
        }

        @Test
        void aLostConnectionThatHadBeenGoodIsReplacedAtOnce() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.passMillis(1_500);

            dialogue.lose();
            dialogue.on(new Event.TimeReached());

            assertThat(dialogue.effects(Effect.Dial.class)).hasSize(1);
        }

        @Test
        void aFirstSessionIsNeverGivenUp() {
            Dialogue dialogue = Dialogue.start();

            for (int i = 0; i < 1_000; i++) {
                dialogue.lose();
                dialogue.passMillis(1_000);
                assertThat(dialogue.effects(Effect.Ended.class)).isEmpty();
            }

            dialogue.connectAndGrant();
            assertThat(dialogue.effects(Effect.Attached.class)).hasSize(1);
        }

        @Test
        void garbageInsteadOfAGrantCostsTheConnection() {
            Dialogue dialogue = Dialogue.start();
            dialogue.connect();
            WireWriter garbage = new WireWriter();
            garbage.int32(0).int64(-119);

            dialogue.receive(garbage);

            assertThat(dialogue.effects.get(0)).isEqualTo(new Effect.HangUp(1));
            assertThat(dialogue.effects(Effect.Attached.class)).isEmpty();
        }

        @Test
        void whatComesFromAnEarlierConnectionIsIgnored() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.passMillis(1_500);
            dialogue.lose();
            dialogue.on(new Event.TimeReached());
            dialogue.connectAndGrant();

            assertThat(dialogue.on(new Event.ConnectionLost(1, "late"))).isEmpty();
            assertThat(dialogue.on(new Event.FrameReceived(1, ByteBuffer.allocate(3))))
                    .isEmpty();
            assertThat(dialogue.on(new Event.Connected(1))).isEmpty();
        }

        @Test
        void aMachineIsStartedOnce() {
            Dialogue dialogue = Dialogue.start();

            assertThatIllegalStateException().isThrownBy(() -> dialogue.on(new Event.Start()));
        }
    }

    @Nested
    class Requests {
        @Test
        void aRequestIsAnswered() {
            Dialogue dialogue = Dialogue.attached();

            dialogue.submit("read", READ);
            Response.Content content = new Response.Content(Bytes.utf8("x"), STAT);
            dialogue.answer(7, content);

            assertThat(dialogue.effects(Effect.Complete.class))
                    .containsExactly(completed("read", new Outcome.Answered(7, content)));
        }

        @Test
        void aRequestIsRefused() {
            Dialogue dialogue = Dialogue.attached();

            dialogue.submit("read", READ);
            dialogue.refuse(7, ErrorCode.NO_NODE);

            assertThat(dialogue.effects(Effect.Complete.class))
                    .containsExactly(completed("read", new Outcome.Refused(7, ErrorCode.NO_NODE.code())));
        }

        @Test
        void severalAreOnTheirWayAndAnsweredInOrder() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("one", READ);
            dialogue.submit("two", WRITE);

            dialogue.answer(7, new Response.Content(null, STAT));
            assertThat(dialogue.effects(Effect.Complete.class))
                    .extracting(Effect.Complete::tag)
                    .containsExactly("one");
            dialogue.answer(8, new Response.StatOnly(STAT));

            assertThat(dialogue.effects(Effect.Complete.class))
                    .extracting(Effect.Complete::tag)
                    .containsExactly("two");
        }

        @Test
        void aLostConnectionTellsReadsFromChanges() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("read", READ);
            dialogue.submit("write", WRITE);

            dialogue.lose();

            assertThat(dialogue.effects.subList(0, 4))
                    .containsExactly(
                            new Effect.HangUp(1),
                            new Effect.Detached("cut"),
                            completed("read", Outcome.Lost.UNANSWERED),
                            completed("write", Outcome.Lost.IN_DOUBT));
        }

        @Test
        void aStoreOutOfReachIsReportedOnceForEachOutage() {
            Dialogue dialogue = Dialogue.start();

            dialogue.lose();
            assertThat(dialogue.effects(Effect.Unreachable.class)).containsExactly(new Effect.Unreachable("cut"));
            dialogue.passMillis(1_000);
            dialogue.lose();
            assertThat(dialogue.effects(Effect.Unreachable.class)).isEmpty();

            dialogue.passMillis(1_000);
            dialogue.connectAndGrant();
            dialogue.lose();
            assertThat(dialogue.effects(Effect.Unreachable.class)).isEmpty();
            dialogue.passMillis(1_000);
            dialogue.lose();
            assertThat(dialogue.effects(Effect.Unreachable.class)).hasSize(1);
        }

        @Test
        void withoutAConnectionNothingIsSent() {
            Dialogue dialogue = Dialogue.start();

            dialogue.submit("early", WRITE);
            assertThat(dialogue.effects).containsExactly(completed("early", Outcome.Lost.NOT_SENT));
            dialogue.connectAndGrant();
            dialogue.lose();
            dialogue.submit("late", WRITE);

            assertThat(dialogue.effects).containsExactly(completed("late", Outcome.Lost.NOT_SENT));
        }

        @Test
        void moreThanMayBeOnTheirWayAreRefused() {
            Dialogue dialogue = new Dialogue(Dialogue.settings().inFlightMax(1).build());
            dialogue.on(new Event.Start());
            dialogue.connectAndGrant();
            dialogue.submit("one", READ);

            dialogue.submit("two", READ);

            assertThat(dialogue.effects).containsExactly(completed("two", Outcome.Lost.NOT_SENT));
        }

        @Test
        void aReplyOutOfOrderCostsTheConnection() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("write", WRITE);

            dialogue.receiveHeader(4711, 7, 0);

            assertThat(dialogue.effects(Effect.HangUp.class)).hasSize(1);
            assertThat(dialogue.effects(Effect.Detached.class).get(0).why())
                    .isEqualTo("xid out of order: expected 1, got 4711");
            assertThat(dialogue.effects(Effect.Complete.class))
                    .containsExactly(completed("write", Outcome.Lost.IN_DOUBT));
        }

        @Test
        void garbageInAReplyCostsTheConnectionAndLeavesTheChangeInDoubt() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("write", WRITE);
            WireWriter garbage = new WireWriter();
            garbage.int32(dialogue.next().xid()).int64(7).int32(0).int32(1);

            dialogue.receive(garbage);

            assertThat(dialogue.effects(Effect.Detached.class).get(0).why()).startsWith("server sent garbage");
            assertThat(dialogue.effects(Effect.Complete.class))
                    .containsExactly(completed("write", Outcome.Lost.IN_DOUBT));
        }

        @Test
        void aReplyThatIsTooLargeFailsItsRequestForGood() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("listing", new Request.GetChildren2("/big", false));
            dialogue.submit("write", WRITE);

            dialogue.on(new Event.FrameOversized(1, 99_999_999));

            assertThat(dialogue.effects(Effect.Complete.class))
                    .containsExactly(
                            completed("listing", Outcome.Lost.TOO_LARGE), completed("write", Outcome.Lost.IN_DOUBT));
            assertThat(dialogue.effects(Effect.Detached.class)).hasSize(1);
        }
    }

    @Nested
    class Liveness {
        @Test
        void anIdleConnectionIsPingedEveryThirdOfTheTimeout() {
            Dialogue dialogue = Dialogue.attached();

            dialogue.passMillis(1_999);
            assertThat(dialogue.hasSent()).isFalse();
            dialogue.passMillis(1);
            assertThat(dialogue.next()).isEqualTo(new Sent(Xid.PING, Request.Ping.INSTANCE));
            dialogue.receiveHeader(Xid.PING, 1, 0);
            dialogue.passMillis(1_999);
            assertThat(dialogue.hasSent()).isFalse();
            dialogue.passMillis(1);

            assertThat(dialogue.next()).isEqualTo(new Sent(Xid.PING, Request.Ping.INSTANCE));
        }

        @Test
        void theDeadlineCountsFromTheSendingOfWhatWasAcknowledged() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.passMillis(2_000);
            long sentAt = dialogue.now;

            dialogue.now += 1_000 * MILLI;
            dialogue.answerPing();

            assertThat(dialogue.effects(Effect.Extended.class))
                    .containsExactly(new Effect.Extended(sentAt + 4_000 * MILLI));
        }

        @Test
        void anyReplyExtendsTheDeadlineButNotForTheSmallestStep() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("at once", READ);
            dialogue.answer(1, new Response.Content(null, STAT));
            assertThat(dialogue.effects(Effect.Extended.class)).isEmpty();

            dialogue.now += 500 * MILLI;
            dialogue.submit("later", READ);
            long sentAt = dialogue.now;
            dialogue.answer(1, new Response.Content(null, STAT));

            assertThat(dialogue.effects(Effect.Extended.class))
                    .containsExactly(new Effect.Extended(sentAt + 4_000 * MILLI));
        }

        @Test
        void theLeaseFactorShortensTheDeadline() {
            Dialogue dialogue =
                    new Dialogue(Dialogue.settings().leaseFactor(0.5).build());
            dialogue.on(new Event.Start());

            dialogue.connectAndGrant();

            assertThat(dialogue.effects(Effect.Extended.class))
                    .containsExactly(new Effect.Extended(dialogue.now + 2_000 * MILLI));
        }

        @Test
        void aSilentServerIsLeftAfterTwoThirdsOfTheTimeout() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.passMillis(2_000);

            dialogue.passMillis(1_999);
            assertThat(dialogue.effects(Effect.Detached.class)).isEmpty();
            dialogue.passMillis(1);

            assertThat(dialogue.effects(Effect.Detached.class).get(0).why()).isEqualTo("server silent for 4000 ms");
        }

        @Test
        void confirmedByQuorumWritesOnlyThoseExtendTheDeadline() {
            Dialogue dialogue = new Dialogue(Dialogue.settings()
                    .confirmation(SessionSettings.Confirmation.QUORUM_WRITE)
                    .build());
            dialogue.on(new Event.Start());
            dialogue.connectAndGrant();
            long granted = dialogue.now;
            assertThat(dialogue.effects(Effect.Extended.class))
                    .containsExactly(new Effect.Extended(granted + 2_400 * MILLI));

            dialogue.now += 1_000 * MILLI;
            dialogue.submit("read", READ);
            dialogue.answer(1, new Response.Content(null, STAT));
            assertThat(dialogue.effects(Effect.Extended.class)).isEmpty();
            dialogue.passMillis(1_000);
            long sentAt = dialogue.now;
            dialogue.answer(2, new Response.Multi(List.of()));

            assertThat(dialogue.effects(Effect.Extended.class))
                    .containsExactly(new Effect.Extended(sentAt + 2_400 * MILLI));
        }
    }

    @Nested
    class ConfirmedByQuorumWrites {
        private final Dialogue dialogue = new Dialogue(Dialogue.settings()
                .confirmation(SessionSettings.Confirmation.QUORUM_WRITE)
                .build());

        @Test
        void aChangeOfTheOwnerWillDo() {
            dialogue.on(new Event.Start());
            dialogue.connectAndGrant();
            dialogue.now += 1_000 * MILLI;
            long sentAt = dialogue.now;

            dialogue.submit("write", WRITE);
            dialogue.answer(2, new Response.StatOnly(STAT));

            assertThat(dialogue.effects(Effect.Extended.class))
                    .containsExactly(new Effect.Extended(sentAt + 2_400 * MILLI));
            dialogue.passMillis(1_999);
            assertThat(dialogue.hasSent()).isFalse();
            dialogue.passMillis(1);
            assertThat(dialogue.next().request()).isInstanceOf(Request.Multi.class);
        }

        @Test
        void aRefusedChangeWillNot() {
            dialogue.on(new Event.Start());
            dialogue.connectAndGrant();
            dialogue.now += 1_000 * MILLI;

            dialogue.submit("write", WRITE);
            dialogue.refuse(2, ErrorCode.NO_NODE);

            assertThat(dialogue.effects(Effect.Extended.class)).isEmpty();
        }
    }

    @Nested
    class Reattaching {
        @Test
        void theSameSessionIsAskedForWithWhatWasSeenLast() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("write", WRITE);
            dialogue.answer(42, new Response.StatOnly(STAT));
            dialogue.passMillis(1_500);
            dialogue.lose();
            dialogue.on(new Event.TimeReached());

            dialogue.connect();
            assertThat(dialogue.greeted()).isEqualTo(new ConnectRequest(42, TIMEOUT_MILLIS, SESSION, PASSWORD, false));
            dialogue.grant();

            assertThat(dialogue.effects(Effect.Attached.class))
                    .containsExactly(
                            new Effect.Attached(new Credentials(SESSION, PASSWORD), TIMEOUT_MILLIS, false, false));
        }

        @Test
        void theTimeoutThatWasWantedIsAskedForAgainNotTheOneGranted() {
            Dialogue dialogue = Dialogue.start();
            dialogue.connect();
            dialogue.grant(SESSION, TIMEOUT_MILLIS / 2);
            dialogue.passMillis(500);
            dialogue.lose();
            dialogue.on(new Event.TimeReached());

            dialogue.connect();

            assertThat(dialogue.greeted().timeoutMillis()).isEqualTo(TIMEOUT_MILLIS);
        }

        @Test
        void aSessionTheStoreDoesNotKnowHasExpired() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.passMillis(1_500);
            dialogue.lose();
            dialogue.on(new Event.TimeReached());
            dialogue.connect();

            dialogue.refuse();

            assertThat(dialogue.effects)
                    .containsExactly(
                            new Effect.Ended(SessionEnd.EXPIRED, "the store has no such session any more", false),
                            new Effect.HangUp(2),
                            new Effect.Finished());
            dialogue.submit("after", WRITE);
            assertThat(dialogue.effects).containsExactly(completed("after", Outcome.Lost.SESSION_ENDED));
            assertThat(dialogue.passMillis(100_000)).isEmpty();
        }

        @Test
        void anErrorThatSaysExpiredEndsTheSession() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("write", WRITE);

            dialogue.refuse(9, ErrorCode.SESSION_EXPIRED);

            assertThat(dialogue.effects(Effect.Ended.class))
                    .extracting(Effect.Ended::end)
                    .containsExactly(SessionEnd.EXPIRED);
        }

        @Test
        void watchesAreRegisteredAgain() {
            Dialogue dialogue = Dialogue.attached();
            watch(dialogue, new Request.GetData("/data", true), new Response.Content(null, STAT));
            watch(dialogue, new Request.GetData("/fired", true), new Response.Content(null, STAT));
            watch(dialogue, new Request.GetData("/removed", true), new Response.Content(null, STAT));
            watch(dialogue, new Request.GetChildren2("/child", true), new Response.ChildrenWithStat(List.of(), STAT));
            watch(
                    dialogue,
                    new Request.AddWatch("/rec", AddWatchMode.PERSISTENT_RECURSIVE),
                    Response.WatchAdded.INSTANCE);
            watch(dialogue, new Request.GetData("/plain", false), new Response.Content(null, STAT));
            dialogue.submit("exist", new Request.Exists("/exist", true));
            dialogue.refuse(3, ErrorCode.NO_NODE);
            dialogue.event(new WatchEvent(EventType.NODE_DATA_CHANGED, "/fired"), 9);
            dialogue.submit("removal", new Request.RemoveWatches("/removed", WatcherType.DATA));
            dialogue.answer(9, Response.Empty.INSTANCE);
            dialogue.passMillis(1_500);

            dialogue.lose();
            dialogue.on(new Event.TimeReached());
            dialogue.connectAndGrant();

            assertThat(dialogue.next().request())
                    .isEqualTo(new Request.SetWatches2(
                            9, List.of("/data"), List.of("/exist"), List.of("/child"), List.of(), List.of("/rec")));
            assertThat(dialogue.hasSent()).isFalse();
        }

        @Test
        void aWatchWhoseRemovalWasNotSentIsForgotten() {
            Dialogue dialogue = Dialogue.attached();
            watch(dialogue, new Request.GetData("/a", true), new Response.Content(null, STAT));
            dialogue.passMillis(1_500);
            dialogue.lose();

            dialogue.submit("removal", new Request.RemoveWatches("/a", WatcherType.DATA));
            dialogue.on(new Event.TimeReached());
            dialogue.connectAndGrant();

            assertThat(dialogue.hasSent()).isFalse();
        }

        @Test
        void aWatchWhoseRemovalWasOneTooManyIsKept() {
            Dialogue dialogue = new Dialogue(Dialogue.settings().inFlightMax(1).build());
            dialogue.on(new Event.Start());
            dialogue.connectAndGrant();
            watch(dialogue, new Request.GetData("/a", true), new Response.Content(null, STAT));
            dialogue.submit("read", new Request.GetData("/b", false));
            dialogue.next();

            dialogue.submit("removal", new Request.RemoveWatches("/a", WatcherType.DATA));
            dialogue.passMillis(1_500);
            dialogue.lose();
            dialogue.on(new Event.TimeReached());
            dialogue.connectAndGrant();

            assertThat(dialogue.next().request()).isInstanceOf(Request.SetWatches.class);
        }

        @Test
        void manyWatchesAreRegisteredInChunks() {
            Dialogue dialogue = Dialogue.attached();
            String longName = "x".repeat(64 * 1024);
            for (int i = 0; i < 5; i++) {
                watch(dialogue, new Request.GetData("/" + i + longName, true), new Response.Content(null, STAT));
            }
            dialogue.passMillis(1_500);

            dialogue.lose();
            dialogue.on(new Event.TimeReached());
            dialogue.connectAndGrant();

            List<Integer> sizes = new ArrayList<>();
            while (dialogue.hasSent()) {
                sizes.add(
                        ((Request.SetWatches) dialogue.next().request()).data().size());
            }
            assertThat(sizes).containsExactly(2, 2, 1);
        }

        @Test
        void aServerThatRefusesTheRegistrationIsLeft() {
            Dialogue dialogue = Dialogue.attached();
            watch(dialogue, new Request.GetData("/a", true), new Response.Content(null, STAT));
            dialogue.passMillis(1_500);
            dialogue.lose();
            dialogue.on(new Event.TimeReached());
            dialogue.connectAndGrant();

            dialogue.refuse(9, ErrorCode.MARSHALLING_ERROR);

            assertThat(dialogue.effects(Effect.Detached.class)).hasSize(1);
        }

        @Test
        void eventsAreDelivered() {
            Dialogue dialogue = Dialogue.attached();
            WatchEvent event = new WatchEvent(EventType.NODE_CREATED, "/a");

            dialogue.event(event, 77);

            assertThat(dialogue.effects).contains(new Effect.Deliver(event, 77));
        }

        private void watch(Dialogue dialogue, Request request, Response response) {
            dialogue.submit("watch", request);
            dialogue.answer(3, response);
        }
    }

    @Nested
    class GivingUp {
        private Dialogue cutOff() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.lose();
            return dialogue;
        }

        @Test
        void aSessionWithoutContactForItsTimeoutIsGivenUp() {
            Dialogue dialogue = cutOff();

            dialogue.passMillis(TIMEOUT_MILLIS - 1);
            assertThat(dialogue.effects(Effect.Ended.class)).isEmpty();
            dialogue.passMillis(1);

            assertThat(dialogue.effects(Effect.Ended.class))
                    .containsExactly(new Effect.Ended(SessionEnd.GIVEN_UP, "no contact for 6000 ms", false));
            dialogue.submit("after", WRITE);
            assertThat(dialogue.effects).containsExactly(completed("after", Outcome.Lost.SESSION_ENDED));
        }

        @Test
        void aSessionGivenUpIsEndedAtTheStoreWhenItCanBeReached() {
            Dialogue dialogue = cutOff();
            dialogue.passMillis(TIMEOUT_MILLIS);

            dialogue.on(new Event.TimeReached());
            dialogue.connectAndGrant();
            assertThat(dialogue.effects(Effect.Attached.class)).isEmpty();
            assertThat(dialogue.effects(Effect.Extended.class)).isEmpty();
            dialogue.answer(5, Response.Empty.INSTANCE);

            assertThat(dialogue.effects(Effect.Finished.class)).hasSize(1);
            assertThat(dialogue.effects(Effect.HangUp.class)).hasSize(1);
        }

        @Test
        void theStoreIsTriedForTwiceTheTimeout() {
            Dialogue dialogue = cutOff();
            dialogue.passMillis(TIMEOUT_MILLIS);

            dialogue.passMillis(2 * TIMEOUT_MILLIS - 1);
            assertThat(dialogue.effects(Effect.Finished.class)).isEmpty();
            dialogue.passMillis(1);

            assertThat(dialogue.effects(Effect.Finished.class)).hasSize(1);
        }
    }

    @Nested
    class Ending {
        @Test
        void theOwnerEndsTheSession() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("before", WRITE);

            dialogue.on(new Event.End());
            assertThat(dialogue.effects(Effect.Ended.class)).hasSize(1);
            dialogue.submit("after", WRITE);
            assertThat(dialogue.effects).containsExactly(completed("after", Outcome.Lost.SESSION_ENDED));
            dialogue.answer(5, new Response.StatOnly(STAT));
            assertThat(dialogue.effects(Effect.Complete.class))
                    .extracting(Effect.Complete::tag)
                    .containsExactly("before");
            dialogue.answer(6, Response.Empty.INSTANCE);

            assertThat(dialogue.effects).containsExactly(new Effect.HangUp(1), new Effect.Finished());
        }

        @Test
        void aSessionThatCannotBeReachedIsEndedOnceItCan() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.lose();

            dialogue.on(new Event.End());
            assertThat(dialogue.effects(Effect.Finished.class)).isEmpty();
            dialogue.passMillis(50);
            dialogue.connectAndGrant();
            assertThat(dialogue.next().request()).isEqualTo(Request.CloseSession.INSTANCE);
        }

        @Test
        void aSessionThatIsGoneAlreadyNeedsNoEnding() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.lose();
            dialogue.on(new Event.End());
            dialogue.passMillis(50);
            dialogue.connect();

            dialogue.refuse();

            assertThat(dialogue.effects).containsExactly(new Effect.HangUp(2), new Effect.Finished());
        }

        @Test
        void endingWaitsNoLongerThanTheStoreWouldKeepTheSession() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.lose();
            dialogue.on(new Event.End());

            dialogue.passMillis(TIMEOUT_MILLIS);

            assertThat(dialogue.effects(Effect.Finished.class)).hasSize(1);
        }

        @Test
        void aSessionThatNeverWasEndsAtOnce() {
            Dialogue dialogue = Dialogue.start();

            dialogue.on(new Event.End());

            assertThat(dialogue.effects)
                    .containsExactly(
                            new Effect.Ended(SessionEnd.ENDED_BY_OWNER, "ended by its owner", true),
                            new Effect.HangUp(1),
                            new Effect.Finished());
        }

        @Test
        void anAbandonedSessionIsNotEndedAtTheStore() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("read", READ);
            dialogue.submit("write", WRITE);
            dialogue.next();
            dialogue.next();

            dialogue.on(new Event.Abandon());

            assertThat(dialogue.hasSent()).isFalse();
            assertThat(dialogue.effects)
                    .containsExactly(
                            new Effect.Ended(SessionEnd.ABANDONED, "let go of by its owner", true),
                            new Effect.HangUp(1),
                            completed("read", Outcome.Lost.SESSION_ENDED),
                            completed("write", Outcome.Lost.IN_DOUBT),
                            new Effect.Finished());
        }
    }

    @Nested
    class Identities {
        private Dialogue withIdentity() {
            Dialogue dialogue = new Dialogue(Dialogue.settings().auth(IDENTITY).build());
            dialogue.on(new Event.Start());
            dialogue.connectAndGrant();
            return dialogue;
        }

        @Test
        void theSessionIsAttachedOnceTheIdentityIsAccepted() {
            Dialogue dialogue = withIdentity();
            assertThat(dialogue.effects(Effect.Attached.class)).isEmpty();
            assertThat(dialogue.next()).isEqualTo(new Sent(Xid.AUTH, IDENTITY));

            dialogue.receiveHeader(Xid.AUTH, 0, 0);

            assertThat(dialogue.effects(Effect.Attached.class)).hasSize(1);
            assertThat(dialogue.effects(Effect.Extended.class)).hasSize(1);
        }

        @Test
        void anIdentityAddedWhileAnotherIsBeingProvedGoesWithIt() {
            Request.Auth second = new Request.Auth(0, "digest", Bytes.utf8("v:q"));
            Dialogue dialogue = withIdentity();
            dialogue.next();

            dialogue.submit("second", second);
            assertThat(dialogue.next()).isEqualTo(new Sent(Xid.AUTH, second));
            dialogue.receiveHeader(Xid.AUTH, 0, 0);
            assertThat(dialogue.effects(Effect.Attached.class)).isEmpty();
            dialogue.receiveHeader(Xid.AUTH, 0, 0);

            assertThat(dialogue.effects(Effect.Complete.class))
                    .containsExactly(completed("second", new Outcome.Answered(0, Response.Empty.INSTANCE)));
            assertThat(dialogue.effects(Effect.Attached.class)).hasSize(1);
        }

        @Test
        void aRefusedIdentityEndsTheSession() {
            Dialogue dialogue = withIdentity();

            dialogue.receiveHeader(Xid.AUTH, 0, ErrorCode.AUTH_FAILED.code());

            assertThat(dialogue.effects)
                    .containsExactly(
                            new Effect.Ended(
                                    SessionEnd.NOT_AUTHENTICATED,
                                    "the store refused an identity of scheme digest",
                                    false),
                            new Effect.HangUp(1),
                            new Effect.Finished());
        }

        @Test
        void whoAddsAnIdentityThatIsRefusedIsTheOneWhoKnows() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("identity", IDENTITY);

            dialogue.receiveHeader(Xid.AUTH, 0, ErrorCode.AUTH_FAILED.code());

            assertThat(dialogue.effects)
                    .containsExactly(
                            completed("identity", new Outcome.Refused(0, ErrorCode.AUTH_FAILED.code())),
                            new Effect.Ended(
                                    SessionEnd.NOT_AUTHENTICATED,
                                    "the store refused an identity of scheme digest",
                                    true),
                            new Effect.HangUp(1),
                            new Effect.Finished());
        }

        @Test
        void whatIsAskedBehindARefusedIdentityFailsForThatReason() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("identity", IDENTITY);
            dialogue.submit("read", new Request.Exists("/a", false));
            dialogue.receiveHeader(Xid.AUTH, 0, ErrorCode.AUTH_FAILED.code());
            assertThat(dialogue.effects(Effect.Complete.class))
                    .contains(completed("read", Outcome.Lost.NOT_AUTHENTICATED));

            dialogue.submit("after", new Request.Exists("/a", false));

            assertThat(dialogue.effects).containsExactly(completed("after", Outcome.Lost.NOT_AUTHENTICATED));
        }

        @Test
        void aStoreThatDemandsAnIdentityEndsTheSessionThoughNothingButAPingWasSent() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.passMillis(2_000);

            dialogue.receiveHeader(Xid.PING, 0, ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH.code());

            assertThat(dialogue.effects)
                    .containsExactly(
                            new Effect.Ended(
                                    SessionEnd.NOT_AUTHENTICATED,
                                    "the store demands an identity that this client does not have",
                                    false),
                            new Effect.HangUp(1),
                            new Effect.Finished());
        }

        @Test
        void anIdentityAddedLaterIsShownAgainOnTheNextConnection() {
            Dialogue dialogue = Dialogue.attached();
            dialogue.submit("identity", IDENTITY);
            dialogue.next();
            dialogue.receiveHeader(Xid.AUTH, 0, 0);
            assertThat(dialogue.effects(Effect.Complete.class))
                    .containsExactly(completed("identity", new Outcome.Answered(0, Response.Empty.INSTANCE)));
            dialogue.passMillis(1_500);
            dialogue.lose();
            dialogue.on(new Event.TimeReached());

            dialogue.connectAndGrant();

            assertThat(dialogue.next()).isEqualTo(new Sent(Xid.AUTH, IDENTITY));
        }
    }
}
