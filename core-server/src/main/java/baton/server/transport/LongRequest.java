package baton.server.transport;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A request whose body was dealt with on its way, so that nothing is left of it but the answer. */
final class LongRequest extends DefaultFullHttpRequest {
    private final Supplier<CompletionStage<HttpSite.Reply>> outcome;

    LongRequest(HttpRequest head, Supplier<CompletionStage<HttpSite.Reply>> outcome) {
        super(
                head.protocolVersion(),
                head.method(),
                head.uri(),
                Unpooled.EMPTY_BUFFER,
                head.headers(),
                EmptyHttpHeaders.INSTANCE);
        this.outcome = outcome;
    }

    CompletionStage<HttpSite.Reply> answer() {
        return outcome.get();
    }
}
