package baton.server.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.auth.AccessControl;
import baton.server.request.SequencerSettings;
import baton.server.request.ServerState;
import baton.server.runtime.StoredHistory;
import baton.server.storage.CorruptLogException;
import baton.server.storage.DigestCheck;
import baton.server.tree.DamagedMemory;
import baton.server.tree.TreeDamagedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the next start makes of the files of a server that has stopped as its tree in memory was damaged. */
class StartAfterDamageTest {
    private static final int RECOUNT_MILLIS = 16_000;

    private final StoredHistory files = new StoredHistory(1);
    private final SimulatedServer server = new SimulatedServer(
            SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS).withRecountMillis(RECOUNT_MILLIS),
            AccessControl.standard(),
            files);
    private final SimulatedConnection client = server.client();

    @BeforeEach
    void damageNode() {
        create("/kept");
        create("/damaged");
        DamagedMemory.flipBit(Objects.requireNonNull(server.state().tree().find("/damaged")), any -> 0);
    }

    private void create(String path) {
        client.done(new Request.Create(OpCode.CREATE, path, Bytes.utf8("content"), Acl.OPEN, 0));
    }

    private void set(String content) {
        client.done(new Request.SetData("/kept", Bytes.utf8(content), -1));
    }

    private void requireHalt() {
        assertThatThrownBy(() -> {
                    for (int passed = 0; passed < 2 * RECOUNT_MILLIS; passed += SimulatedServer.TICK_MILLIS) {
                        server.pass(SimulatedServer.TICK_MILLIS);
                    }
                })
                .isInstanceOf(TreeDamagedException.class);
    }

    private static @Nullable Bytes contentOf(ServerState state, String path) {
        return Objects.requireNonNull(state.tree().find(path)).state().content();
    }

    @Test
    void whatWasNotChangedSinceIsReadAgainThoughASnapshotHasIt() {
        set("later");
        server.writeSnapshot(() -> {});
        set("latest");
        requireHalt();

        server.crash(null, 0);

        assertThat(contentOf(server.state(), "/damaged")).isEqualTo(Bytes.utf8("content"));
        assertThat(contentOf(server.state(), "/kept")).isEqualTo(Bytes.utf8("latest"));
    }

    /** All digests since then are wrong, and nothing but them. */
    @Test
    void whatWasDeletedLeavesALogThatIsTakenOnlyWithoutItsDigests() {
        client.done(new Request.Delete("/damaged", -1));
        set("later");
        requireHalt();

        assertThatThrownBy(() -> server.crash(null, 0))
                .hasCauseInstanceOf(CorruptLogException.class)
                .hasMessageContainingAll("no later digest of its epoch is right", "digest.enabled=false");

        ServerState taken = files.start(DigestCheck.WARN);
        assertThat(taken.tree().find("/damaged")).isNull();
        assertThat(contentOf(taken, "/kept")).isEqualTo(Bytes.utf8("later"));
    }
}
