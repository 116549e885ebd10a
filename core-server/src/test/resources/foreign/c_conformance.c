/*
 * What software in C does with a ZooKeeper server, through its C client as it comes.
 *
 *   cc -DTHREADED -o c_conformance c_conformance.c -lzookeeper_mt -lpthread
 *   c_conformance HOST:PORT
 *
 * Prints one line for each case that holds and ends with "all held"; the first that does not hold ends it with exit code 1.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zookeeper/zookeeper.h>

#define WAIT_SECONDS 20

static const char *hosts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    exit(1);
}

static void expect(const char *what, int expected, int actual) {
    if (expected != actual) {
        fail("%s: expected %s (%d), got %s (%d)", what, zerror(expected), expected, zerror(actual), actual);
    }
}

static void held(const char *what) {
    printf("held: %s\n", what);
    fflush(stdout);
}

/* Waits until *value reaches the wanted number. */
static void await(const char *what, volatile int *value, int wanted) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WAIT_SECONDS;
    pthread_mutex_lock(&lock);
    while (*value < wanted) {
        if (pthread_cond_timedwait(&changed, &lock, &end) != 0) {
            fail("%s: took too long, %d of %d", what, *value, wanted);
        }
    }
    pthread_mutex_unlock(&lock);
}

static void count(volatile int *value) {
    pthread_mutex_lock(&lock);
    (*value)++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void session_watcher(zhandle_t *zh, int type, int state, const char *path, void *context) {
    if (type == ZOO_SESSION_EVENT && state == ZOO_CONNECTED_STATE) {
        count((volatile int *) zoo_get_context(zh));
    }
}

static void expiry_watcher(zhandle_t *zh, int type, int state, const char *path, void *context) {
    if (type == ZOO_SESSION_EVENT && state == ZOO_EXPIRED_SESSION_STATE) {
        count((volatile int *) zoo_get_context(zh));
    }
}

static zhandle_t *connected(const clientid_t *id, volatile int *connects) {
    *connects = 0;
    zhandle_t *zh = zookeeper_init(hosts, session_watcher, 10000, id, (void *) connects, 0);
    if (zh == NULL) {
        fail("cannot start a client of %s", hosts);
    }
    await("connecting", connects, 1);
    return zh;
}

struct seen {
    volatile int events;
    int type;
    char path[64];
};

static void node_watcher(zhandle_t *zh, int type, int state, const char *path, void *context) {
    struct seen *seen = context;
    if (type != ZOO_SESSION_EVENT) {
        seen->type = type;
        snprintf(seen->path, sizeof seen->path, "%s", path);
        count(&seen->events);
    }
}

static void nodes(zhandle_t *zh) {
    char path[64], data[64];
    int length = sizeof data;
    struct Stat stat;
    expect("create", ZOK, zoo_create(zh, "/c", "one", 3, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof path));
    expect("create again", ZNODEEXISTS, zoo_create(zh, "/c", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    expect("create below nothing", ZNONODE, zoo_create(zh, "/no/c", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    expect("get", ZOK, zoo_get(zh, "/c", 0, data, &length, &stat));
    if (length != 3 || memcmp(data, "one", 3) != 0 || stat.version != 0 || stat.dataLength != 3) {
        fail("get: %d bytes, version %d", length, stat.version);
    }
    expect("set", ZOK, zoo_set2(zh, "/c", "two", 3, 0, &stat));
    expect("version after set", 1, stat.version);
    expect("set of another version", ZBADVERSION, zoo_set(zh, "/c", "x", 1, 0));
    for (int i = 0; i < 3; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "/c/n-%010d", i);
        expect("sequence", ZOK, zoo_create(zh, "/c/n-", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, ZOO_SEQUENCE, path, sizeof path));
        if (strcmp(wanted, path) != 0) {
            fail("sequence: %s instead of %s", path, wanted);
        }
    }
    expect("null data", ZOK, (length = sizeof data, zoo_get(zh, path, 0, data, &length, NULL)));
    expect("length of null data", -1, length);
    expect("delete of a parent", ZNOTEMPTY, zoo_delete(zh, "/c", -1));
    struct String_vector children;
    expect("children", ZOK, zoo_get_children2(zh, "/c", 0, &children, &stat));
    expect("number of children", 3, children.count);
    deallocate_String_vector(&children);
    held("nodes");
}

static void watches(zhandle_t *zh) {
    struct seen created = {0}, data = {0}, child = {0};
    struct String_vector children;
    char buffer[8];
    int length = sizeof buffer;
    expect("exists", ZNONODE, zoo_wexists(zh, "/w", node_watcher, &created, NULL));
    expect("create", ZOK, zoo_create(zh, "/w", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    await("created event", &created.events, 1);
    expect("type of created event", ZOO_CREATED_EVENT, created.type);
    expect("get", ZOK, zoo_wget(zh, "/w", node_watcher, &data, buffer, &length, NULL));
    expect("children", ZOK, zoo_wget_children(zh, "/w", node_watcher, &child, &children));
    expect("set", ZOK, zoo_set(zh, "/w", "1", 1, -1));
    expect("set", ZOK, zoo_set(zh, "/w", "2", 1, -1));
    expect("create child", ZOK, zoo_create(zh, "/w/x", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    await("data event", &data.events, 1);
    await("child event", &child.events, 1);
    expect("type of data event", ZOO_CHANGED_EVENT, data.type);
    expect("type of child event", ZOO_CHILD_EVENT, child.type);
    if (strcmp(child.path, "/w") != 0) {
        fail("child event for %s", child.path);
    }
    expect("one event only", 1, data.events);
    held("watches");
}

static void transactions(zhandle_t *zh) {
    zoo_op_t ops[3];
    zoo_op_result_t results[3];
    char path[64];
    zoo_create_op_init(&ops[0], "/m", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof path);
    zoo_set_op_init(&ops[1], "/m", "1", 1, 0, NULL);
    zoo_check_op_init(&ops[2], "/m", 1);
    expect("multi", ZOK, zoo_multi(zh, 3, ops, results));
    zoo_delete_op_init(&ops[0], "/m", -1);
    zoo_check_op_init(&ops[1], "/", 99);
    zoo_create_op_init(&ops[2], "/m2", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof path);
    expect("multi with a failed check", ZBADVERSION, zoo_multi(zh, 3, ops, results));
    expect("outcome before it", ZOK, results[0].err);
    expect("outcome of the check", ZBADVERSION, results[1].err);
    expect("outcome after it", ZRUNTIMEINCONSISTENCY, results[2].err);
    expect("nothing of it is done", ZOK, zoo_exists(zh, "/m", 0, NULL));
    held("transactions");
}

static void added(int code, const void *context) {
    count((volatile int *) context);
}

static void guards(zhandle_t *zh) {
    volatile int connects, authenticated = 0;
    zhandle_t *owner = connected(NULL, &connects);
    char data[8];
    int length = sizeof data;
    expect("add auth", ZOK, zoo_add_auth(owner, "digest", "bob:pw", 6, added, (const void *) &authenticated));
    await("authentication", &authenticated, 1);
    expect("guarded create", ZOK, zoo_create(owner, "/g", "x", 1, &ZOO_CREATOR_ALL_ACL, 0, NULL, 0));
    expect("get by a stranger", ZNOAUTH, zoo_get(zh, "/g", 0, data, &length, NULL));
    struct ACL_vector acl;
    struct Stat stat;
    expect("get acl", ZOK, zoo_get_acl(owner, "/g", &acl, &stat));
    if (acl.count != 1 || strcmp(acl.data[0].id.scheme, "digest") != 0 || acl.data[0].perms != ZOO_PERM_ALL) {
        fail("acl: %d entries", acl.count);
    }
    deallocate_ACL_vector(&acl);
    expect("set acl", ZOK, zoo_set_acl(owner, "/g", -1, &ZOO_OPEN_ACL_UNSAFE));
    length = sizeof data;
    expect("get by anybody", ZOK, zoo_get(zh, "/g", 0, data, &length, NULL));
    zookeeper_close(owner);
    held("guards");
}

static void sessions(zhandle_t *zh) {
    volatile int connects;
    struct seen gone = {0};
    zhandle_t *owner = connected(NULL, &connects);
    expect("ephemeral", ZOK, zoo_create(owner, "/e", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL, NULL, 0));
    expect("child of it", ZNOCHILDRENFOREPHEMERALS, zoo_create(owner, "/e/x", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    struct Stat stat;
    expect("ephemeral seen by another", ZOK, zoo_wexists(zh, "/e", node_watcher, &gone, &stat));
    if (stat.ephemeralOwner != zoo_client_id(owner)->client_id) {
        fail("the ephemeral has another owner");
    }
    expect("close", ZOK, zookeeper_close(owner));
    await("deletion event", &gone.events, 1);
    expect("type of deletion event", ZOO_DELETED_EVENT, gone.type);

    clientid_t none = {0x7777777777, "wrong password"};
    volatile int lost = 0;
    zhandle_t *late = zookeeper_init(hosts, expiry_watcher, 10000, &none, (void *) &lost, 0);
    await("expiry of an unknown session", &lost, 1);
    zookeeper_close(late);
    held("sessions");
}

static volatile int answers;
static int answers_in_order;

static void answered(int code, const struct Stat *stat, const void *context) {
    if (code != ZOK || stat->version != (int) (long) context) {
        answers_in_order = 0;
    }
    count(&answers);
}

static void pipelining(zhandle_t *zh) {
    answers_in_order = 1;
    expect("create", ZOK, zoo_create(zh, "/p", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    for (long i = 1; i <= 2000; i++) {
        expect("asynchronous set", ZOK, zoo_aset(zh, "/p", "x", 1, -1, answered, (void *) i));
    }
    await("answers", &answers, 2000);
    expect("answers in order", 1, answers_in_order);
    held("pipelining");
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fail("usage: c_conformance HOST:PORT");
    }
    char root[64], chroot_hosts[128];
    volatile int connects;
    zoo_set_debug_level(0);
    hosts = argv[1];
    zhandle_t *zh = connected(NULL, &connects);
    snprintf(root, sizeof root, "/c-client-%ld", (long) getpid());
    expect("create root", ZOK, zoo_create(zh, root, "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0));
    zookeeper_close(zh);

    snprintf(chroot_hosts, sizeof chroot_hosts, "%s%s", argv[1], root);
    hosts = chroot_hosts;
    zh = connected(NULL, &connects);
    nodes(zh);
    watches(zh);
    transactions(zh);
    guards(zh);
    sessions(zh);
    pipelining(zh);
    zookeeper_close(zh);
    printf("all held\n");
    return 0;
}
