/**
 * The records of the ZooKeeper 3.9 client protocol and their bytes.
 *
 * <p>Reading order: {@link baton.protocol.WireReader} and {@link baton.protocol.WireWriter} know the primitive
 * encodings; {@link baton.protocol.ConnectRequest} and {@link baton.protocol.ConnectResponse} open a session;
 * {@link baton.protocol.RequestHeader} with a {@link baton.protocol.Request}, and {@link baton.protocol.ReplyHeader}
 * with a {@link baton.protocol.Response} or a {@link baton.protocol.WatchEvent}, are everything after that. The rest
 * are the values inside: {@link baton.protocol.Stat}, {@link baton.protocol.Acl}, {@link baton.protocol.Bytes}, and
 * the code tables.
 *
 * <p>A frame on the wire is {@code length:int32} and that many bytes. Framing belongs to the transport, except that
 * {@link baton.protocol.WireWriter#beginFrame()} can put the length in front of what is written.
 *
 * <p>All integers are big-endian. Every decoder is total: whatever the bytes are, it returns a record or throws
 * {@link baton.protocol.WireFormatException}. It allocates no more than a small multiple of the bytes it was given.
 *
 * <p>Values are immutable and may be shared between threads. Readers and writers are not thread-safe.
 *
 * <p>This package uses the JDK only and knows no sockets, threads or clocks. It decides nothing: whether a request is
 * allowed is the server's business.
 */
@NullMarked
package baton.protocol;

import org.jspecify.annotations.NullMarked;
