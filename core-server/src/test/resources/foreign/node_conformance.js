// What software in JavaScript does with a ZooKeeper server, through node-zookeeper-client as it comes.
//
// usage: node node_conformance.js HOST:PORT
//
// Prints one line for each case that holds and ends with "all held"; a case that does not hold ends it with a stack trace.
'use strict';

const assert = require('assert');
const crypto = require('crypto');
const zookeeper = require('node-zookeeper-client');

const HOSTS = process.argv[2];
const ROOT = '/node-' + crypto.randomUUID();
const SESSION_MILLIS = 4000;
const clients = [];

/** A client that is connected, with `does`, which answers with what the callback of an operation got behind its error. */
function connected(chroot = '') {
  const client = zookeeper.createClient(HOSTS + chroot, { sessionTimeout: SESSION_MILLIS, spinDelay: 50 });
  clients.push(client);
  client.does = (operation, ...words) => answer((done) => client[operation](...words, done));
  return new Promise((resolve) => {
    client.once('connected', () => resolve(client));
    client.connect();
  });
}

function answer(ask) {
  return new Promise((resolve, reject) => ask((error, ...rest) => (error ? reject(error) : resolve(rest))));
}

async function refused(name, promise) {
  await assert.rejects(promise, (error) => error.name === name);
}

/** A promise of the next event of a watch, and the watch. */
function watch() {
  let see;
  const seen = new Promise((resolve) => (see = resolve));
  return { seen, see: (event) => see(event.getName() + ' ' + event.getPath()) };
}

const cases = {
  async 'create, read, write and delete'(client) {
    const path = ROOT + '/crud';
    assert.deepStrictEqual(await client.does('create', path, Buffer.from('one')), [path]);
    await refused('NODE_EXISTS', client.does('create', path));
    const [stat] = await client.does('setData', path, Buffer.from('two'), 0);
    assert.strictEqual(stat.version, 1);
    await refused('BAD_VERSION', client.does('setData', path, Buffer.from('three'), 0));
    assert.strictEqual(String((await client.does('getData', path))[0]), 'two');
    await refused('NO_NODE', client.does('create', path + '/none/below'));
    await client.does('remove', path, 1);
    assert.strictEqual((await client.does('exists', path))[0], null);
  },

  async 'modes and children'(client) {
    const path = ROOT + '/modes';
    await client.does('create', path);
    const { PERSISTENT_SEQUENTIAL, EPHEMERAL, EPHEMERAL_SEQUENTIAL } = zookeeper.CreateMode;
    const made = [];
    for (const mode of [PERSISTENT_SEQUENTIAL, EPHEMERAL, EPHEMERAL_SEQUENTIAL]) {
      made.push(...(await client.does('create', path + '/n', Buffer.alloc(0), mode)));
    }
    assert.deepStrictEqual(made, ['/n0000000000', '/n', '/n0000000002'].map((name) => path + name));
    const [names, stat] = await client.does('getChildren', path);
    assert.deepStrictEqual(names.sort(), ['n', 'n0000000000', 'n0000000002']);
    assert.strictEqual(stat.numChildren, 3);
    await refused('NO_CHILDREN_FOR_EPHEMERALS', client.does('create', path + '/n/x'));
    await refused('NOT_EMPTY', client.does('remove', path));
  },

  async 'a large value'(client) {
    const data = Buffer.alloc(1048000, 7);
    await client.does('create', ROOT + '/large', data);
    assert.ok((await client.does('getData', ROOT + '/large'))[0].equals(data));
  },

  async 'transactions, whole or not at all'(client) {
    const path = ROOT + '/multi';
    const good = client.transaction().create(path).setData(path, Buffer.from('x')).create(path + '/a').remove(path + '/a').check(path, 1);
    const [results] = await answer((done) => good.commit(done));
    assert.strictEqual(results.length, 5);
    assert.strictEqual(results[0].path, path);
    assert.strictEqual(results[1].stat.version, 1);
    const bad = client.transaction().create(path + '/b').check(path, 9);
    await refused('BAD_VERSION', answer((done) => bad.commit(done)));
    assert.strictEqual((await client.does('exists', path + '/b'))[0], null);
  },

  async 'rights by digest'(client) {
    client.addAuthInfo('digest', Buffer.from('bob:secret'));
    await client.does('create', ROOT + '/own', Buffer.from('mine'), zookeeper.ACL.CREATOR_ALL_ACL);
    const [list] = await client.does('getACL', ROOT + '/own');
    assert.strictEqual(list[0].id.id, 'bob:' + crypto.createHash('sha1').update('bob:secret').digest('base64'));
    const stranger = await connected();
    await refused('NO_AUTH', stranger.does('getData', ROOT + '/own'));
  },

  async 'a chroot'(client) {
    await client.does('create', ROOT + '/chroot');
    const inside = await connected(ROOT + '/chroot');
    assert.deepStrictEqual(await inside.does('create', '/in'), ['/in']);
    assert.deepStrictEqual((await client.does('getChildren', ROOT + '/chroot'))[0], ['in']);
  },

  async 'session, identity and watches outlive a connection'(client) {
    const path = ROOT + '/watched';
    const data = watch();
    const made = watch();
    const below = watch();
    await client.does('create', path);
    await client.does('getData', path, data.see);
    await client.does('exists', path + '/made', made.see);
    await client.does('getChildren', path, below.see);
    const session = String(client.getSessionId());
    const back = new Promise((resolve) => client.once('connected', resolve));
    client.connectionManager.socket.destroy();
    await back;
    assert.strictEqual(String(client.getSessionId()), session);
    assert.strictEqual(String((await client.does('getData', ROOT + '/own'))[0]), 'mine');
    const other = await connected();
    await other.does('setData', path, Buffer.from('new'));
    await other.does('create', path + '/made');
    assert.strictEqual(await data.seen, 'NODE_DATA_CHANGED ' + path);
    assert.strictEqual(await made.seen, 'NODE_CREATED ' + path + '/made');
    assert.strictEqual(await below.seen, 'NODE_CHILDREN_CHANGED ' + path);
  },

  async 'a session that nobody keeps ends, and its nodes with it'(client) {
    const path = ROOT + '/gone';
    const owner = await connected();
    const gone = watch();
    await owner.does('create', path, Buffer.alloc(0), zookeeper.CreateMode.EPHEMERAL);
    await client.does('exists', path, gone.see);
    owner.connectionManager.connect = () => {};
    owner.connectionManager.socket.destroy();
    assert.strictEqual(await gone.seen, 'NODE_DELETED ' + path);
  },
};

async function main() {
  const client = await connected();
  await client.does('create', ROOT);
  for (const [name, holds] of Object.entries(cases)) {
    await holds(client);
    console.log('held: ' + name);
  }
  console.log('all held');
}

main().then(
  () => process.exit(0),
  (failure) => {
    console.error(failure);
    process.exit(1);
  },
);
