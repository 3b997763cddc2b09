import type { Process, Program } from '@tabernetes/node-api';
import { readAllText } from '../../programs/support/input.ts';
import { type Json, parseLiteral } from './literal.ts';
import type { Document } from './store.ts';
import { ask, findPrimary, type Host, resolveTarget, type Target } from './wire.ts';

/**
 * mongosh, as far as it can be followed without an engine for JavaScript: the calls of a script whose arguments are literals
 * are made, one after the other; conditions and loops are not looked at.
 */
export const mongosh: Program = async (process) => {
  const { address, scripts, evaluated, quiet } = parseArguments(process.argv.slice(1));
  try {
    const target = await resolveTarget(process, address);
    await findPrimary(process, target, SELECTION_MS);
    if (!quiet && evaluated.length === 0 && scripts.length === 0) await process.stdout.write('Using MongoDB: 7.0.14\n');
    for (const text of evaluated) {
      const code = await runScript(process, text, target, true);
      if (code !== 0) return code;
    }
    for (const path of scripts) {
      const code = await runScript(process, await readAllText(process, path), target);
      if (code !== 0) return code;
    }
    if (evaluated.length + scripts.length === 0) return await interactive(process, target);
    return 0;
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error) throw error;
    await process.stderr.write(`MongoServerSelectionError: ${error.message}\n`);
    return 1;
  }
};

/** How long drivers look for a server that can be written to. */
const SELECTION_MS = 30_000;

/** mongoimport: documents of JSON, one after the other or in an array. */
export const mongoimport: Program = async (process) => {
  const words = process.argv.slice(1);
  const option = (name: string): string | undefined => {
    const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
    return at < 0 ? undefined : (/=(.*)$/s.exec(words[at] ?? '')?.[1] ?? words[at + 1]);
  };
  const address = words.find((word) => word.startsWith('mongodb')) ?? option('--uri') ?? option('--host');
  try {
    const target = await resolveTarget(process, address);
    const primary = await findPrimary(process, target, SELECTION_MS);
    const text = await readAllText(process, option('--file') ?? '-');
    const documents: Document[] = [];
    for (let at = 0; ; ) {
      const read = parseLiteral(text, at);
      if (read === undefined) break;
      documents.push(...((Array.isArray(read.value) ? read.value : [read.value]) as Document[]));
      at = read.end;
    }
    const collection = `${option('--db') ?? target.database}.${option('--collection') ?? 'test'}`;
    const stamp = (): string => new Date(process.now()).toISOString().replace('Z', '+0000');
    await process.stderr.write(`${stamp()}\tconnected to: ${address ?? 'mongodb://localhost/'}\n`);
    if (words.includes('--drop')) {
      await process.stderr.write(`${stamp()}\tdropping: ${collection}\n`);
      await ask(process, primary, { op: 'remove', collection });
    }
    const { error } = await ask(process, primary, { op: 'insert', collection, documents });
    if (error !== undefined) throw new Error(error.message);
    await process.stderr.write(
      `${stamp()}\t${documents.length} document(s) imported successfully. 0 document(s) failed to import.\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof Error) || 'path' in error) throw error;
    await process.stderr.write(`Failed: ${error.message}\n`);
    return 1;
  }
};

function parseArguments(words: readonly string[]): {
  readonly address: string | undefined;
  readonly scripts: readonly string[];
  readonly evaluated: readonly string[];
  readonly quiet: boolean;
} {
  const scripts: string[] = [];
  const evaluated: string[] = [];
  let address: string | undefined;
  let quiet = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--eval') evaluated.push(words[++i] ?? '');
    else if (word === '--file' || word === '-f') scripts.push(words[++i] ?? '');
    else if (word === '--quiet') quiet = true;
    else if (word === '--host') address = words[++i];
    else if (['-u', '-p', '--username', '--password', '--port', '--authenticationDatabase'].includes(word)) i++;
    else if (word.startsWith('-')) continue;
    else if (word.endsWith('.js')) scripts.push(word);
    else address ??= word;
  }
  return { address, scripts, evaluated, quiet };
}

async function interactive(process: Process, target: Target): Promise<number> {
  for (let line = await process.stdin.readLine(); line !== undefined; line = await process.stdin.readLine()) {
    if (/^\s*(?:exit|quit\(\))\s*;?\s*$/.test(line)) return 0;
    await runScript(process, line, target, true);
  }
  return 0;
}

const CALL =
  /\b(?:db\.(?:getSiblingDB\(["'](\w+)["']\)\.)?(\w+)\.)?(countDocuments|count|estimatedDocumentCount|insertMany|insertOne|find|findOne|deleteMany|deleteOne|drop)\(|\b(rs\.initiate|rs\.status|db\.hello|db\.isMaster|db\.serverStatus|db\.runCommand|db\.adminCommand|print|sleep)\(|\b(use|show)\s+(\w+)/g;

/** Makes the calls of a script that have nothing but literals in them. @param shows prints what the last call gives */
export async function runScript(process: Process, script: string, target: Target, shows = false): Promise<number> {
  let { database } = target;
  let last: string | undefined;
  for (const match of script.matchAll(CALL)) {
    const [whole, sibling, collection, verb, call, word, name = ''] = match;
    if (word === 'use') database = name;
    if (word !== undefined) continue;
    const at = match.index + whole.length;
    const empty = /^\s*\)/.test(script.slice(at));
    const given = empty ? undefined : parseLiteral(script, at);
    // What is worked out cannot be known here.
    const known = empty || (given !== undefined && /^\s*[,)]/.test(script.slice(given.end)));
    if (call === 'print') {
      if (known)
        await process.stdout.write(
          `${typeof given?.value === 'string' ? given.value : JSON.stringify(given?.value ?? '')}\n`.replace(
            /^""\n/,
            '\n',
          ),
        );
    } else if (call === 'sleep') await process.sleep(typeof given?.value === 'number' ? given.value : 30_000);
    else if (call !== undefined) {
      const told = await command(process, await hostFor(process, target), call, given?.value ?? null);
      if (told.error) {
        // Scripts that ask for the state of a set catch the error that says that there is none.
        if (/\btry\s*\{/.test(script)) continue;
        await process.stderr.write(`MongoServerError: ${told.text}\n`);
        return 1;
      }
      const field = /^\([^()]*\)\s*\.(\w+)/.exec(script.slice(at - 1))?.[1];
      last = field === undefined ? told.text : String((JSON.parse(told.json) as Record<string, Json>)[field]);
    } else if (collection !== undefined && verb !== undefined && known) {
      last = await operate(process, target, `${sibling ?? database}.${collection}`, verb, given?.value);
    }
  }
  if (shows && last !== undefined) await process.stdout.write(`${last}\n`);
  return 0;
}

const hostFor = (process: Process, target: Target): Promise<Host> => findPrimary(process, target, SELECTION_MS);

async function operate(
  process: Process,
  target: Target,
  collection: string,
  verb: string,
  argument: Json | undefined,
): Promise<string> {
  const host = await findPrimary(process, target, SELECTION_MS);
  const filter =
    typeof argument === 'object' && argument !== null && !Array.isArray(argument) ? (argument as Document) : undefined;
  if (verb.startsWith('insert')) {
    const documents = (Array.isArray(argument) ? argument : [argument ?? {}]) as Document[];
    const { error } = await ask(process, host, { op: 'insert', collection, documents });
    if (error !== undefined) throw new Error(error.message);
    return `{ acknowledged: true, insertedCount: ${documents.length} }`;
  }
  if (verb === 'deleteMany' || verb === 'deleteOne' || verb === 'drop') {
    const { documents = [] } = await ask(process, host, { op: 'remove', collection, filter });
    return verb === 'drop' ? String(documents.length > 0) : `{ acknowledged: true, deletedCount: ${documents.length} }`;
  }
  const { documents = [], error } = await ask(process, host, { op: 'find', collection, filter });
  if (error !== undefined) throw new Error(error.message);
  if (/count/i.test(verb)) return String(documents.length);
  const shown = verb === 'findOne' ? documents.slice(0, 1) : documents;
  return verb === 'findOne' ? JSON.stringify(shown[0] ?? null, null, 2) : JSON.stringify(shown, null, 2);
}

async function command(
  process: Process,
  host: Host,
  call: string,
  argument: Json,
): Promise<{ readonly text: string; readonly json: string; readonly error?: true }> {
  const ok = (value: Record<string, Json>): { text: string; json: string } => {
    const json = JSON.stringify(value);
    return {
      text: json
        .replace(/"(\w+)":/g, ' $1: ')
        .replace(/\}$/, ' }')
        .replaceAll(',', ','),
      json,
    };
  };
  if (call === 'rs.initiate') {
    const { error } = await ask(process, host, { op: 'initiate', config: argument });
    return error === undefined ? ok({ ok: 1 }) : { text: error.message, json: '{}', error: true };
  }
  const { hello } = await ask(process, host, { op: 'hello' });
  if (call === 'rs.status') {
    const set = hello?.replicaSet;
    if (set === undefined) return { text: 'no replset config has been received', json: '{}', error: true };
    const members = set.members.map(({ host: name }) => ({
      name,
      health: 1,
      stateStr: name === set.primary ? 'PRIMARY' : 'SECONDARY',
    }));
    return ok({ set: set._id, members, ok: 1 });
  }
  if (call === 'db.hello' || call === 'db.isMaster')
    return ok({
      isWritablePrimary: hello?.writable ?? false,
      ...(hello?.replicaSet && { setName: hello.replicaSet._id }),
      ok: 1,
    });
  return ok({ ok: 1 });
}
