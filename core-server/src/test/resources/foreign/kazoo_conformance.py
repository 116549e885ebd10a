"""What software in Python does with a ZooKeeper server, through kazoo as it comes.

usage: kazoo_conformance.py HOST:PORT

Prints one line for each case that holds and ends with "all held"; a case that does not hold ends it with a traceback.
"""

import sys
import threading
import time
import uuid

from kazoo.client import KazooClient
from kazoo.exceptions import (
    BadVersionError,
    InvalidACLError,
    NoAuthError,
    NoChildrenForEphemeralsError,
    NodeExistsError,
    NoNodeError,
    NotEmptyError,
    RolledBackError,
)
from kazoo.protocol.states import EventType
from kazoo.recipe.cache import TreeCache
from kazoo.security import CREATOR_ALL_ACL, make_digest_acl

HOSTS = sys.argv[1]
WAIT = 20
CASES = []


def case(function):
    CASES.append(function)
    return function


def connected(path="", **settings):
    client = KazooClient(hosts=HOSTS + path, timeout=10, **settings)
    client.start(timeout=WAIT)
    return client


def refused(error, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except error:
        return
    raise AssertionError("%s was not raised" % error.__name__)


def until(condition):
    end = time.monotonic() + WAIT
    turn = threading.Event()
    while not condition():
        assert time.monotonic() < end, "took too long"
        turn.wait(0.01)


@case
def creates_reads_writes_and_deletes(zk):
    assert zk.create("/k", b"one") == "/k"
    data, stat = zk.get("/k")
    assert (data, stat.version, stat.data_length, stat.children_count) == (b"one", 0, 3, 0)
    assert zk.set("/k", b"two", version=0).version == 1
    refused(BadVersionError, zk.set, "/k", b"three", version=0)
    refused(NodeExistsError, zk.create, "/k", b"")
    refused(NoNodeError, zk.get, "/none")
    refused(NoNodeError, zk.create, "/none/below", b"")
    assert zk.exists("/none") is None
    zk.create("/k/child", b"")
    refused(NotEmptyError, zk.delete, "/k")
    children, stat = zk.get_children("/k", include_data=True)
    assert (children, stat.cversion) == (["child"], 1)
    zk.delete("/k", recursive=True)
    assert zk.exists("/k") is None


@case
def tells_czxid_with_a_create(zk):
    path, stat = zk.create("/s", b"12", include_data=True)
    assert (path, stat.czxid, stat.mzxid) == ("/s", stat.mzxid, stat.czxid)
    assert stat.czxid == zk.last_zxid


@case
def numbers_sequential_nodes(zk):
    zk.ensure_path("/seq")
    names = [zk.create("/seq/n-", sequence=True) for _ in range(12)]
    assert names == ["/seq/n-%010d" % i for i in range(12)]


@case
def takes_ephemerals_away_with_their_session(zk):
    other = connected(zk.chroot)
    other.create("/e", b"", ephemeral=True)
    refused(NoChildrenForEphemeralsError, zk.create, "/e/child", b"")
    gone = threading.Event()
    assert zk.exists("/e", watch=lambda event: gone.set()).owner_session_id == other.client_id[0]
    other.stop()
    assert gone.wait(WAIT)
    assert zk.exists("/e") is None
    other.close()


@case
def fires_each_kind_of_watch_once(zk):
    events = []
    zk.ensure_path("/w")
    zk.exists("/w/node", watch=events.append)
    zk.get_children("/w", watch=events.append)
    zk.create("/w/node", b"")
    zk.get("/w/node", watch=events.append)
    zk.set("/w/node", b"1")
    zk.set("/w/node", b"2")
    zk.get("/w/node", watch=events.append)
    zk.delete("/w/node")
    until(lambda: len(events) == 4)
    seen = sorted((event.type, event.path) for event in events)
    assert seen == sorted([
        (EventType.CREATED, "/w/node"),
        (EventType.CHILD, "/w"),
        (EventType.CHANGED, "/w/node"),
        (EventType.DELETED, "/w/node"),
    ]), seen


@case
def keeps_its_watchers_fed(zk):
    seen, children = [], []
    zk.ensure_path("/dw")
    zk.DataWatch("/dw", lambda data, stat: seen.append(data))
    zk.ChildrenWatch("/dw", lambda names: children.append(sorted(names)))
    for i in range(20):
        zk.set("/dw", b"%d" % i)
    zk.create("/dw/a")
    zk.create("/dw/b")
    until(lambda: seen[-1] == b"19" and children[-1] == ["a", "b"])


@case
def commits_a_transaction_or_nothing_of_it(zk):
    good = zk.transaction()
    good.create("/t", b"1")
    good.set_data("/t", b"2")
    good.check("/t", 1)
    good.create("/t/child")
    assert [str(result) for result in good.commit()[2:3]] == ["True"]
    bad = zk.transaction()
    bad.delete("/t/child")
    bad.check("/t", 77)
    bad.create("/t/other")
    results = bad.commit()
    assert isinstance(results[0], RolledBackError) and isinstance(results[1], BadVersionError), results
    assert zk.get_children("/t") == ["child"]


@case
def guards_nodes_by_digest(zk):
    owner = connected(zk.chroot, auth_data=[("digest", "ann:secret")])
    acl = make_digest_acl("ann", "secret", all=True)
    owner.create("/acl", b"hidden", acl=[acl])
    refused(NoAuthError, zk.get, "/acl")
    refused(NoAuthError, zk.set, "/acl", b"")
    assert owner.get("/acl")[0] == b"hidden"
    assert owner.get_acls("/acl")[0] == [acl]
    zk.add_auth("digest", "ann:secret")
    assert zk.get("/acl")[0] == b"hidden"
    refused(InvalidACLError, zk.set_acls, "/acl", [])
    zk.delete("/acl")
    owner.create("/creator", acl=CREATOR_ALL_ACL)
    assert owner.get_acls("/creator")[0] == [acl]
    owner.set_acls("/creator", CREATOR_ALL_ACL)
    several = owner.transaction()
    several.create("/creator/child", acl=CREATOR_ALL_ACL)
    several.commit()
    assert owner.get_acls("/creator/child")[0] == [acl]
    owner.delete("/creator", recursive=True)
    owner.stop()
    owner.close()


@case
def lives_below_a_chroot(zk):
    zk.ensure_path("/root")
    other = connected(zk.chroot + "/root")
    other.create("/inside", b"")
    assert zk.get_children("/root") == ["inside"]
    other.stop()
    other.close()


@case
def carries_large_data_and_many_children(zk):
    large = bytes(bytearray(i % 251 for i in range(900_000)))
    zk.create("/large", large)
    assert zk.get("/large")[0] == large
    zk.ensure_path("/many")
    for done in [zk.create_async("/many/%05d" % i, b"") for i in range(3000)]:
        done.get(timeout=WAIT)
    assert len(zk.get_children("/many")) == 3000


@case
def syncs_and_survives_a_cut(zk):
    other = connected(zk.chroot)
    session = other.client_id[0]
    other.create("/cut", b"", ephemeral=True)
    other._connection._socket.shutdown(2)
    until(lambda: other.connected and other.retry(other.sync, "/cut") == "/cut")
    assert other.client_id[0] == session
    assert zk.exists("/cut") is not None
    other.stop()
    other.close()


@case
def locks_one_at_a_time(zk):
    other = connected(zk.chroot)
    inside, most = [0], [0]

    def turns(client, name):
        lock = client.Lock("/lock", name)
        for _ in range(10):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                client.sync("/lock")
                inside[0] -= 1

    threads = [threading.Thread(target=turns, args=(c, n)) for c, n in ((zk, "a"), (other, "b"), (zk, "c"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive()
    assert most == [1]
    other.stop()
    other.close()


@case
def elects(zk):
    led = threading.Event()
    election = zk.Election("/election", "me")
    election.run(led.set)
    assert led.is_set() and election.contenders() == []


@case
def counts_and_queues(zk):
    counter = zk.Counter("/counter")
    for _ in range(5):
        counter += 2
    assert counter.value == 10
    queue = zk.LockingQueue("/queue")
    queue.put_all([b"1", b"2"])
    assert queue.get(timeout=WAIT) == b"1" and queue.consume()
    plain = zk.Queue("/plain")
    plain.put(b"x", priority=1)
    assert plain.get() == b"x"


@case
def meets_at_barriers_and_parties(zk):
    barrier = zk.Barrier("/barrier")
    barrier.create()
    assert not barrier.wait(0)
    barrier.remove()
    assert barrier.wait(WAIT)
    party = zk.Party("/party", "me")
    party.join()
    assert list(party) == ["me"]
    party.leave()
    lease = zk.Semaphore("/semaphore", max_leases=2)
    with lease:
        assert len(lease.lease_holders()) == 1


@case
def keeps_a_tree_cache(zk):
    zk.ensure_path("/tree/a/b")
    cache = TreeCache(zk, "/tree")
    cache.start()
    until(lambda: cache.get_data("/tree/a/b") is not None)
    zk.create("/tree/a/c", b"new")
    until(lambda: cache.get_data("/tree/a/c") is not None)
    zk.delete("/tree/a/b")
    until(lambda: cache.get_data("/tree/a/b") is None)
    cache.close()


@case
def answers_four_letter_words(zk):
    assert zk.command(b"ruok") == "imok"
    assert zk.server_version()[0] == 3


def main():
    root = "/kazoo-" + uuid.uuid4().hex
    plain = connected()
    plain.ensure_path(root)
    for function in CASES:
        path = "%s/%s" % (root, function.__name__)
        plain.ensure_path(path)
        client = connected(path)
        function(client)
        client.stop()
        client.close()
        print("held: " + function.__name__.replace("_", " "), flush=True)
    plain.delete(root, recursive=True)
    plain.stop()
    plain.close()
    print("all held", flush=True)


main()
