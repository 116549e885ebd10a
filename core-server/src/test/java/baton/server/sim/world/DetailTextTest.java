package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DetailTextTest {
    static List<Arguments> details() {
        return List.of(
                Arguments.of(new Strike(0, 0, 0, 0), "Strike[]"),
                Arguments.of(
                        new Strike(2, 48_000_000, -7, Long.MIN_VALUE),
                        "Strike[client=2, nanos=48000000, amount=-7, seed=-9223372036854775808]"),
                Arguments.of(new Deed.SayGoodbye(false, true), "SayGoodbye[returns=true]"),
                Arguments.of(new Deed.SayWrong(BadFrame.UNKNOWN_SCHEME), "SayWrong[frame=UNKNOWN_SCHEME]"),
                Arguments.of(new Deed.LogIn("dan", true), "LogIn[user=\"dan\", isWrong=true]"),
                Arguments.of(new Deed.GoWrong(), "GoWrong[]"),
                Arguments.of(
                        new Deed.AskInPart(new Request.GetData("/a", true)),
                        "AskInPart[request=GetData[path=\"/a\", watch=true]]"),
                ask(new Request.WhoAmI(), "WhoAmI[]"),
                ask(new Request.AddWatch("/b", AddWatchMode.PERSISTENT), "AddWatch[path=\"/b\", mode=PERSISTENT]"),
                ask(
                        new Request.SetWatches(-3, List.of("/a", "/b"), List.of(), List.of("/c")),
                        "SetWatches[relativeZxid=-3, data=[\"/a\", \"/b\"], exist=[], child=[\"/c\"]]"),
                ask(
                        new Request.Create(OpCode.CREATE, "/a", null, Acl.READ_ONLY, 0),
                        "Create[opCode=CREATE, path=\"/a\"," + " acl=[\"world:anyone:1\"]]"),
                ask(
                        new Request.SetAcl("/a", List.of(new Acl(31, "digest", "ann:x="), new Acl(-1, "", "")), 3),
                        "SetAcl[path=\"/a\", acl=[\"digest:ann:x=:31\", \"::-1\"], version=3]"),
                ask(
                        new Request.Multi(List.of(new Request.Delete("/a", -1), new Request.Check("/é", 0))),
                        "Multi[ops=[Delete[path=\"/a\", version=-1], Check[path=\"/\\xc3\\xa9\"]]]"),
                content(Bytes.EMPTY, "\"\""),
                content(Bytes.utf8("\"]\\, "), "\"\\x22]\\x5c, \""),
                content(Bytes.utf8("c0-7" + ".".repeat(2_999) + "!"), "\"c0-7\"+\".\"*2999+\"!\""),
                content(Bytes.wrap(new byte[1 << 17]), "\"\\x00\"*131072"));
    }

    private static Arguments ask(Request request, String text) {
        return Arguments.of(new Deed.Ask(request), text);
    }

    private static Arguments content(Bytes content, String text) {
        return ask(new Request.SetData("/a", content, 0), "SetData[path=\"/a\", content=" + text + "]");
    }

    @ParameterizedTest
    @MethodSource("details")
    void aDetailIsOneLineAndReadAsItWasWritten(Schedule.Detail detail, String text) {
        assertEquals(text, DetailText.of(detail));
        assertEquals(detail, DetailText.read(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            Dream[];                       at character 5 there must be one of
            SetAcl[acl=["world:1"]];       at character 21 there must be scheme:id:permissions
            Strike[client=1;               at character 15 there must be a comma or ]
            Strike[client=1] 2;            at character 16 there must be the end
            Strike[whom=1];                at character 11 there must be one of [client, nanos, amount, seed], not whom
            GetData[path="/a];             at character 17 there must be a quote
            LogIn[user=dan];               at character 11 there must be "
            SayWrong[frame=POLITE];        POLITE: is no BadFrame
            Create[opCode=PING, path="/a", acl=[]]; PING does not have the body of a create
            GetData[];                     at character 9 there must be path before it
            AskInPart[];                   at character 11 there must be request before it
            AskInPart[request=Strike[]];   at character 26 there must be a Request before it
            Multi[ops=[Ping[]]];           at character 17 there must be a MultiOp before it
            Sync[path="/a\\x;              at character 15 there must be two digits
            Sync[path="/a\\x+1"];          not a hexadecimal digit
            Sync[path="/é"];               at character 12 there must be printable ASCII
            Sync[path="/\\x61"];           must be Sync[path="/a"]
            GetData[path="/a", watch=ture]; at character 25 there must be true or false
            GetData[path="/a", watch=false]; must be GetData[path="/a"]
            GetData[path="/a", path="/a"]; must be GetData[path="/a"]
            Multi[ops=[Check[path="/"], ]]; must be Multi[ops=[Check[path="/"]]]
            Strike[client=one];            For input string: "one"
            """)
    void whatIsNoDetailIsRefusedWithTheReason(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DetailText.read(text))
                .withMessageContaining(reason);
    }

    /** As schedules once were, which left the rest to be drawn. */
    @Test
    void aStepThatSaysNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Schedule.Step("client0", 3, 1, null))
                .withMessage("client0 3: a step must say what it is, and only the one of number 0 is nothing");
    }
}
