package baton.protocol;

import static baton.protocol.Hex.reader;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
    private static final String DELETE_OF_A = " 00 ffffffff 00000002 2f61 ffffffff ";
    private static final String END = "ffffffff 01 ffffffff";

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3, 4, 6, 7, 8, 9, 12, 14, 16, 20, 22, 99})
    void aMultiHoldsChangesOnly(int type) {
        String bytes = String.format("%08x", type) + DELETE_OF_A + END;

        assertRefused(
                "field 'multi.type' at byte 0: type " + type + " is not allowed in this multi", OpCode.MULTI, bytes);
    }

    @Test
    void aMultiReadHoldsReadsOnly() {
        assertRefused(
                "field 'multi.type' at byte 0: type 2 is not allowed in this multi",
                OpCode.MULTI_READ,
                "00000002" + DELETE_OF_A + END);
    }

    @Test
    void aMultiNeedsItsEndMark() {
        assertRefused(
                "field 'multi.type' at byte 19: needs 4 bytes but only 0 left", OpCode.MULTI, "00000002" + DELETE_OF_A);
    }

    @Test
    void aCreateInAMultiHasNoTimeToLiveToNeed() {
        String create = "00000001 00 ffffffff" + "00000002 2f61 ffffffff 00000000 00000005";

        assertRefused(
                "field 'flags' at byte 23: PERSISTENT_WITH_TTL needs a time to live, and this create has none",
                OpCode.MULTI,
                create);
    }

    @Test
    void anUnknownCreateModeInAMultiIsUndecodable() {
        String create = "00000001 00 ffffffff 00000002 2f61 00000000 00000000 00000007" + END;

        assertRefused("field 'flags' at byte 23: there is no create mode 7", OpCode.MULTI, create);
    }

    @Test
    void aNullAccessControlListOfACreateInAMultiIsUndecodable() {
        String create = "00000001 00 ffffffff 00000002 2f61 00000000 ffffffff 00000000" + END;

        assertRefused("field 'acl' at byte 19: null where a vector is needed", OpCode.MULTI, create);
    }

    @Test
    void aCreateWithATimeToLiveInAMultiIsTheServersToJudge() {
        String create = "00000015 00 ffffffff 00000002 2f61 00000000 ffffffff 00000007 0000000000000000" + END;

        Request request = Request.read(OpCode.MULTI, reader(create));

        assertEquals(new Request.Multi(List.of(new Request.CreateTtl("/a", Bytes.EMPTY, List.of(), 7, 0))), request);
    }

    @Test
    void anUnknownCreateModeAloneIsTheServersToJudge() {
        Request request = Request.read(OpCode.CREATE2, reader("00000002 2f61 00000000 00000000 00000007"));

        assertEquals(new Request.Create(OpCode.CREATE2, "/a", Bytes.EMPTY, List.of(), 7), request);
    }

    @Test
    void unknownWatchModesAreUndecodable() {
        assertRefused("field 'mode' at byte 6: there is no watch mode 2", OpCode.ADD_WATCH, "00000002 2f61 00000002");
        assertRefused(
                "field 'watcherType' at byte 6: there is no watcher type 0",
                OpCode.REMOVE_WATCHES,
                "00000002 2f61 00000000");
        assertRefused(
                "field 'watcherType' at byte 6: there is no watcher type 6",
                OpCode.CHECK_WATCHES,
                "00000002 2f61 00000006");
    }

    @Test
    void aNullListOfWatchesIsUndecodable() {
        assertRefused(
                "field 'existWatches' at byte 12: null where a vector is needed",
                OpCode.SET_WATCHES,
                "0000000000000001 00000000 ffffffff 00000000");
    }

    @Test
    void aNullAccessControlListIsReadAsAnEmptyOne() {
        Request request = Request.read(OpCode.SET_ACL, reader("00000002 2f61 ffffffff 00000000"));

        assertEquals(new Request.SetAcl("/a", List.of(), 0), request);
    }

    @Test
    void aNullIdIsReadAsTheEmptyOneBecauseKazooSendsItForThat() {
        Request request = Request.read(
                OpCode.SET_ACL, reader("00000002 2f61 00000001 0000001f 00000004 61757468 ffffffff 00000000"));

        assertEquals(new Request.SetAcl("/a", Acl.CREATOR_ALL, 0), request);
    }

    @Test
    void aCreateModeChoosesItsOperation() {
        assertEquals(OpCode.CREATE2, new Request.Create("/a", null, Acl.OPEN, CreateMode.EPHEMERAL).opCode());
        assertEquals(OpCode.CREATE_CONTAINER, new Request.Create("/a", null, Acl.OPEN, CreateMode.CONTAINER).opCode());
        assertThrows(
                IllegalArgumentException.class,
                () -> new Request.Create("/a", null, Acl.OPEN, CreateMode.PERSISTENT_WITH_TTL));
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationIsFoundByItsNumber(OpCode opCode) {
        assertEquals(opCode, OpCode.find(opCode.code()));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -12, -2, 0, 10, 23, 99, 108, Integer.MAX_VALUE})
    void otherNumbersAreNoOperation(int code) {
        assertEquals(null, OpCode.find(code));
    }

    @ParameterizedTest
    @EnumSource
    void everyErrorIsFoundByItsNumber(ErrorCode error) {
        assertEquals(error, ErrorCode.find(error.code()));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -128, -126, -9, 1, Integer.MAX_VALUE})
    void otherNumbersAreNoError(int code) {
        assertEquals(null, ErrorCode.find(code));
    }

    @ParameterizedTest
    @EnumSource
    void everyEventTypeIsFoundByItsNumber(EventType type) {
        assertEquals(type, EventType.find(type.code()));
        assertEquals(null, EventType.find(0));
        assertEquals(null, EventType.find(8));
    }

    @ParameterizedTest
    @EnumSource
    void everyStateIsFoundByItsNumber(KeeperState state) {
        assertEquals(state, KeeperState.find(state.code()));
        assertEquals(null, KeeperState.find(2));
    }

    private static void assertRefused(String message, OpCode opCode, String bytes) {
        WireFormatException refused =
                assertThrows(WireFormatException.class, () -> Request.read(opCode, reader(bytes)));

        assertEquals(message, refused.getMessage());
    }
}
