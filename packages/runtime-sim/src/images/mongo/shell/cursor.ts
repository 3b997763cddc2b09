import type { Json } from '../literal.ts';
import { fromDocument, toDocument } from '../script/documents.ts';
import {
  failure,
  HostObject,
  plain,
  ScriptFunction,
  ScriptObject,
  toNumber,
  toText,
  type Value,
  waiting,
} from '../script/values.ts';
import type { Document } from '../store.ts';

/** What a cursor is asked for; `aggregate` knows none of it. */
export interface CursorOptions {
  readonly sort?: Document;
  readonly projection?: Document;
  readonly skip?: number;
  readonly limit?: number;
}

/** @throws {Thrown} where a script gives something else than a document */
export function documentOf(value: Value, what: string): Document {
  const made = value === undefined || value === null ? {} : toDocument(value);
  if (!(value === undefined || value === null || value instanceof ScriptObject))
    throw failure('MongoInvalidArgumentError', `Argument "${what}" must be an object`);
  return made as Document;
}

export class Cursor extends HostObject {
  /** All documents that are left. */
  readonly rest: () => Promise<readonly Json[]>;

  constructor(
    fetch: (options: CursorOptions) => Promise<readonly Document[]>,
    changeable: boolean,
    first: CursorOptions = {},
  ) {
    let options = first;
    let documents: readonly Document[] | undefined;
    let at = 0;
    const load = async (): Promise<readonly Document[]> => {
      documents ??= await fetch(options);
      return documents;
    };
    const rest = async (): Promise<readonly Document[]> => {
      const left = (await load()).slice(at);
      at += left.length;
      return left;
    };
    const change = (more: CursorOptions): Value => {
      if (documents !== undefined) throw failure('MongoCursorInUseError', 'Cursor is already initialized');
      options = { ...options, ...more };
      return this;
    };
    const methods = new Map<string, Value>();
    const add = (made: ScriptFunction): void => void methods.set(made.name, made);
    for (const name of ['close', 'pretty', 'batchSize', 'maxTimeMS', 'hint'])
      add(plain(name, () => (name === 'close' ? undefined : this)));
    add(waiting('toArray', async () => (await rest()).map(fromDocument)));
    add(waiting('hasNext', async () => at < (await load()).length));
    for (const name of ['count', 'itcount', 'size'])
      add(waiting(name, async () => (name === 'itcount' ? (await rest()).length : (await load()).length)));
    for (const name of ['next', 'tryNext']) {
      add(
        waiting(name, async () => {
          const next = (await load())[at];
          if (next !== undefined) at++;
          return next === undefined ? null : fromDocument(next);
        }),
      );
    }
    for (const name of ['forEach', 'map']) {
      const walk = function* ([visitor]: readonly Value[]): Generator<unknown, Value, unknown> {
        if (!(visitor instanceof ScriptFunction)) throw failure('TypeError', `${toText(visitor)} is not a function`);
        const made: Value[] = [];
        for (const each of (yield rest()) as readonly Document[]) made.push(yield* visitor.call([fromDocument(each)]));
        return name === 'map' ? made : undefined;
      };
      add(new ScriptFunction(name, walk));
    }
    if (changeable) {
      add(plain('limit', (count) => change({ limit: toNumber(count) })));
      add(plain('skip', (count) => change({ skip: toNumber(count) })));
      add(plain('sort', (by) => change({ sort: documentOf(by, 'sort') })));
      for (const name of ['projection', 'project'])
        add(plain(name, (by) => change({ projection: documentOf(by, 'projection') })));
    }
    super('[object Cursor]', (key) => methods.get(key));
    this.rest = rest;
  }
}
