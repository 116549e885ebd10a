package baton.recipes.contend;

import baton.core.NodePath;
import baton.recipes.FencingToken;
import baton.recipes.Grant;
import baton.recipes.GrantState;
import baton.recipes.LossReason;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A grant that is another grant and says more. */
public interface HeldThrough extends Grant {
    Grant held();

    @Override
    default FencingToken token() {
        return held().token();
    }

    @Override
    default long sessionEpoch() {
        return held().sessionEpoch();
    }

    @Override
    default boolean isValid() {
        return held().isValid();
    }

    @Override
    default Duration remaining() {
        return held().remaining();
    }

    @Override
    default CompletionStage<Boolean> verify() {
        return held().verify();
    }

    @Override
    default CompletionStage<LossReason> lost() {
        return held().lost();
    }

    @Override
    default Runnable onLost(Runnable action) {
        return held().onLost(action);
    }

    @Override
    default GrantState state() {
        return held().state();
    }

    @Override
    default NodePath ticketPath() {
        return held().ticketPath();
    }

    @Override
    default void close() {
        held().close();
    }
}
