package baton.server.storage;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a snapshot says of the moment in which it was finished.
 *
 * @param digest the tree right after a transaction; nothing if there is none of a version we know
 * @param lastZxid the last transaction applied; nothing in files of releases that do not tell it
 */
public record SnapshotEpilogue(Optional<SnapshotDigest> digest, OptionalLong lastZxid) {}
