import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
  await run('db', { image: 'mongo:7' }, {});
});
afterEach(() => cluster.stop());

async function run(name: string, container: object, spec: object): Promise<void> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { ...spec, containers: [{ name: 'main', ...container }] },
  } as Pod);
  await cluster.clock.advance(5_000);
}

/** What a script prints that is run against the server. */
async function script(
  name: string,
  text: string,
): Promise<{ readonly log: string; readonly code: number | undefined }> {
  const pods = cluster.client.resource(kinds.pod);
  const address = (await pods.get('db', 'default')).status?.podIP;
  const command = ['mongosh', `mongodb://${address}/shop`, '--quiet', '--eval', text];
  await run(name, { image: 'mongo:7', command }, { restartPolicy: 'Never' });
  const path = `https://cluster/api/v1/namespaces/default/pods/${name}/log`;
  const log = await (await cluster.fetch(new Request(path))).text();
  return { log, code: (await pods.get(name, 'default')).status?.containerStatuses?.[0]?.state?.terminated?.exitCode };
}

test('CLU-60 scripts of mongosh read and write what a server holds', async () => {
  const made = await script(
    'fill',
    `for (let i = 0; i < 25; i++) db.orders.insertOne({ _id: i, n: i % 5, at: new Date(i * 3600000), tags: ["t" + i % 2] });
     const gone = db.orders.deleteOne({ n: 0 });
     const next = db.orders.findOneAndDelete({ n: { $gt: 3 } }, { sort: { _id: -1 } });
     const result = db.orders.updateMany({ n: 2 }, { $inc: { n: 10 }, $set: { "deep.x": true } });
     const up = db.totals.replaceOne({ _id: "a" }, { count: 1 }, { upsert: true });
     print(gone.deletedCount, next._id, result.modifiedCount, up.upsertedCount, db.orders.countDocuments());
     db.orders.find({ at: { $lt: new Date(4 * 3600000) }, tags: "t1" }, { n: 1 }).sort({ _id: -1 }).toArray()`,
  );
  expect(made).toEqual({ log: '1 24 5 1 23\n[ { _id: 3, n: 3 }, { _id: 1, n: 1 } ]\n', code: 0 });
  const read = await script(
    'read',
    `db.orders.aggregate([{ $match: { n: { $ne: 12 } } },
       { $group: { _id: "$n", count: { $sum: 1 }, most: { $max: "$_id" }, odd: { $sum: { $cond: { if: { $eq: [{ $mod: ["$_id", 2] }, 1] }, then: 1, else: 0 } } } } },
       { $sort: { _id: 1 } }]).forEach(each => print(JSON.stringify(each)));
     print(db.orders.findOne({ "deep.x": true }).at.toISOString(), db.getCollectionNames())`,
  );
  expect(read.log.split('\n').slice(0, 2)).toEqual([
    '{"_id":0,"count":4,"most":20,"odd":2}',
    '{"_id":1,"count":5,"most":21,"odd":3}',
  ]);
  expect(read.log).toContain("1970-01-01T02:00:00.000Z [ 'orders', 'totals' ]\n");
});

test('CLU-60 what a server refuses ends a script, unless it is caught', async () => {
  expect(await script('twice', 'db.a.insertOne({_id: 1}); db.a.insertOne({_id: 1}); print("never")')).toEqual({
    log: 'MongoServerError[DuplicateKey]: E11000 duplicate key error collection: shop.a index: _id_ dup key: { _id: 1 }\n',
    code: 1,
  });
  expect(
    await script('stage', 'try { db.a.aggregate([{$lookup: {}}]).toArray() } catch (e) { print(e.message); quit(4) }'),
  ).toEqual({
    log: "Unrecognized pipeline stage name: '$lookup'\n",
    code: 4,
  });
  expect((await script('class', 'print(1); class A {}')).log).toBe(
    "SyntaxError: The simulated mongosh has no 'class'. (1:10)\n\n> 1 | print(1); class A {}\n    |           ^\n",
  );
});

test('CLU-60 the shell reads line after line, and tells of mistakes as it goes on', async () => {
  const address = (await cluster.client.resource(kinds.pod).get('db', 'default')).status?.podIP;
  const lines = [
    'create database x',
    'use my-shop',
    'db.a.insertOne(',
    '{ _id: 1 })',
    'nobody',
    'db.a.find()',
    'show dbs',
  ];
  const input = lines.join('\n');
  const command = ['sh', '-c', `mongosh mongodb://${address} --quiet <<'E'\n${input}\nE\n`];
  await run('typed', { image: 'mongo:7', command }, { restartPolicy: 'Never' });
  const path = 'https://cluster/api/v1/namespaces/default/pods/typed/log';
  expect(await (await cluster.fetch(new Request(path))).text()).toBe(
    `Uncaught:
SyntaxError: Missing semicolon. (1:6)

> 1 | create database x
    |       ^
  2 |

switched to db my-shop
{ acknowledged: true, insertedId: 1 }
ReferenceError: nobody is not defined
[ { _id: 1 } ]
my-shop
`,
  );
});

test('CLU-60 mongod does not start with options that it does not carry out', async () => {
  const logs: string[] = [];
  for (const option of ['--auth', '--nope=1']) {
    const name = `bad${logs.length}`;
    await run(
      name,
      { image: 'mongo:7', command: ['mongod', '--bind_ip', '0.0.0.0', option] },
      { restartPolicy: 'Never' },
    );
    const path = `https://cluster/api/v1/namespaces/default/pods/${name}/log`;
    logs.push(await (await cluster.fetch(new Request(path))).text());
  }
  expect(logs).toEqual([
    "Error parsing command line: the simulated mongod has no option '--auth'\n",
    "Error parsing command line: unrecognised option '--nope'\ntry 'mongod --help' for more information\n",
  ]);
});

test('CLU-60 what is no request gets no answer, and what cannot be done ends nothing but the connection', async () => {
  const address = (await cluster.client.resource(kinds.pod).get('db', 'default')).status?.podIP;
  const sent = [
    '{bad',
    'GET / HTTP/1.1',
    '{"op":"find"}',
    '{"op":"aggregate","collection":"a.b","pipeline":[{"$x":1}]}',
  ];
  const lines = sent.map((line) => `echo '${line}' | nc ${address} 27017`);
  await run('rude', { image: 'busybox:1.36', command: ['sh', '-c', lines.join('\n')] }, { restartPolicy: 'Never' });
  expect(await script('after', 'print(db.orders.countDocuments())')).toEqual({ log: '0\n', code: 0 });
});
