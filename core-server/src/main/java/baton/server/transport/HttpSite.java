package baton.server.transport;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What an HTTP port shows. Called on the port's loop. */
@FunctionalInterface
public interface HttpSite {
    /** Answers a request, now or later. */
    CompletionStage<Reply> answer(Query query);

    /**
     * Says what becomes of a request's body before it is read, if it is one that may be long; it is not passed to {@link
     * #answer} then. Others are read up to a limit, and forgotten.
     *
     * @param announcedBytes how long the body will be; 0 if that is not known
     */
    default Optional<Reception> receive(Query query, long announcedBytes) {
        return Optional.empty();
    }

    /** What becomes of a long body. */
    sealed interface Reception {
        /** Nothing: this is answered, at once if the body is not on its way yet, else behind its end. */
        record Refused(Reply reply) implements Reception {}

        /** It is taken in. */
        record Taken(Upload upload) implements Reception {}
    }

    /** Takes in a long body. It never fails: if something goes wrong, the rest is forgotten, and the answer says so. */
    interface Upload {
        /**
         * Takes the next piece, which stays as it is until that is complete. While much is not, nothing more is read.
         */
        CompletionStage<Void> take(ByteBuffer piece);

        /** The body is complete, of which some may not be taken yet. Answers the request, now or later. */
        CompletionStage<Reply> end();

        /** The sender has gone before the end. */
        void abandon();
    }

    /**
     * What somebody asks.
     *
     * @param method such as GET
     * @param path decoded, without what follows the question mark
     * @param parameters what follows it: the last value of each
     * @param headers by their names in lower case
     */
    record Query(
            String method,
            String path,
            Map<String, String> parameters,
            Map<String, String> headers,
            InetSocketAddress from) {
        public Query {
            parameters = Map.copyOf(parameters);
            headers = Map.copyOf(headers);
        }

        /** Returns a header, empty if it is missing. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** What an answer holds. */
    sealed interface Content {
        /** A text. */
        record Text(String text) implements Content {
            byte[] bytes() {
                return text.getBytes(StandardCharsets.UTF_8);
            }
        }

        /** Bytes that are read while they are sent, on the port's loop; whoever sends them closes them. */
        record Stream(InputStream bytes, long size) implements Content {}
    }

    /**
     * What is answered.
     *
     * @param headers beside those that every answer has
     */
    record Reply(int status, String contentType, Content content, Map<String, String> headers) {
        public Reply {
            headers = Map.copyOf(headers);
        }

        public Reply(int status, String contentType, String text) {
            this(status, contentType, new Content.Text(text), Map.of());
        }

        public static Reply json(int status, String body) {
            return new Reply(status, "application/json", body);
        }

        public static Reply text(int status, String body) {
            return new Reply(status, "text/plain; charset=utf-8", body);
        }

        /** Returns the same with these headers. */
        public Reply with(Map<String, String> others) {
            return new Reply(status, contentType, content, others);
        }
    }
}
