import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { KeyValue } from '@tabernetes/storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStateDirectory } from './state-directory.ts';

const kv = (name: string, modRevision: number, version = 1): KeyValue<KubeObject> => ({
  key: `/registry/configmaps/${name}`,
  value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, resourceVersion: String(modRevision) } },
  createRevision: modRevision - version + 1,
  modRevision,
  version,
});
const put = (now: KeyValue<KubeObject>) =>
  ({ type: 'put', kv: now, previous: undefined, revision: now.modRevision }) as const;

describe('openStateDirectory', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'tabernetes-state-'));
  });
  afterEach(() => rmSync(path, { recursive: true }));

  test('TAB-4 gives back what was appended, over several starts', () => {
    const first = openStateDirectory(path);
    expect(first.restored).toBeUndefined();
    first.append([put(kv('a', 2)), put(kv('b', 2))]);
    first.append([put(kv('a', 3, 2))]);

    const second = openStateDirectory(path);
    expect(second.restored?.store).toEqual({ revision: 3, kvs: [kv('a', 3, 2), kv('b', 2)], leases: [] });
    second.append([{ type: 'delete', kv: kv('b', 2), previous: kv('b', 2), revision: 4 }]);

    expect(openStateDirectory(path).restored?.store).toEqual({ revision: 4, kvs: [kv('a', 3, 2)], leases: [] });
  });

  test('TAB-4 passes over a line that was being written when the process died', () => {
    openStateDirectory(path).append([put(kv('a', 2))]);
    appendFileSync(join(path, 'journal.jsonl'), '[{"put":{"key":"/regi');
    expect(openStateDirectory(path).restored?.store.kvs).toEqual([kv('a', 2)]);
  });

  test('TAB-4 folds a journal that has grown long', () => {
    const directory = openStateDirectory(path, { maxJournalBytes: 1000 });
    for (let revision = 1; revision <= 100; revision++) directory.append([put(kv('a', revision, revision))]);
    expect(statSync(join(path, 'journal.jsonl')).size).toBeLessThanOrEqual(1000);
    expect(openStateDirectory(path).restored?.store).toEqual({ revision: 100, kvs: [kv('a', 100, 100)], leases: [] });
  });

  test('TAB-5 belongs to one living process', () => {
    writeFileSync(join(path, 'lock'), String(process.ppid));
    expect(() => openStateDirectory(path)).toThrow(`in use by process ${process.ppid}`);
    writeFileSync(join(path, 'lock'), '999999999');
    expect(openStateDirectory(path).restored).toBeUndefined();
  });

  test('TAB-4 refuses a journal that is broken in the middle', () => {
    openStateDirectory(path).append([put(kv('a', 2))]);
    appendFileSync(join(path, 'journal.jsonl'), 'nonsense\n');
    expect(() => openStateDirectory(path)).toThrow('line 2');
  });
});
