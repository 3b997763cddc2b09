import type { Program } from '@tabernetes/node-api';
import { readAllText } from '../../programs/support/input.ts';
import { parseLiteral } from './literal.ts';
import { SELECTION_MS } from './shell/session.ts';
import type { Document } from './store.ts';
import { ask, findPrimary, resolveTarget } from './wire.ts';

const VALUED = /^--(?:uri|host|port|db|collection|file|type|username|password|authenticationDatabase|mode)$|^-[dchup]$/;
const FLAGS = /^--(?:drop|jsonArray|quiet|stopOnError|maintainInsertionOrder|ssl)$/;

/** mongoimport: documents of JSON, one after the other or in an array. */
export const mongoimport: Program = async (process) => {
  const options = new Map<string, string>();
  let address: string | undefined;
  for (let words = process.argv.slice(1); words.length > 0; ) {
    const [word = '', ...rest] = words;
    words = rest;
    const [, name = word, attached] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    if (VALUED.test(name)) {
      options.set(
        name.replace(
          /^-([dch])$/,
          (_, letter: string) => ({ d: '--db', c: '--collection', h: '--host' })[letter] ?? '',
        ),
        attached ?? words.shift() ?? '',
      );
    } else if (FLAGS.test(name)) options.set(name, '');
    else if (word.startsWith('-')) {
      await process.stderr.write(`error parsing command line options: unknown option "${word.replace(/^-+/, '')}"\n`);
      return 1;
    } else address = word;
  }
  const stamp = (): string => new Date(process.now()).toISOString().replace('Z', '+0000');
  const type = options.get('--type') ?? 'json';
  if (type !== 'json' || (options.get('--mode') ?? 'insert') !== 'insert') {
    await process.stderr.write(`${stamp()}\terror validating settings: the simulated mongoimport inserts JSON alone\n`);
    return 1;
  }
  address ??= options.get('--uri') ?? options.get('--host');
  try {
    const target = await resolveTarget(process, address);
    const primary = await findPrimary(process, target, SELECTION_MS);
    const text = await readAllText(process, options.get('--file') ?? '-');
    const documents: Document[] = [];
    let at = 0;
    while (text.slice(at).trim() !== '') {
      const read = parseLiteral(text, at);
      if (read === undefined) throw new Error(`error processing document #${documents.length + 1}: invalid JSON input`);
      documents.push(...((Array.isArray(read.value) ? read.value : [read.value]) as Document[]));
      at = read.end;
    }
    const collection = `${options.get('--db') ?? target.database}.${options.get('--collection') ?? 'test'}`;
    await process.stderr.write(`${stamp()}\tconnected to: ${address ?? 'mongodb://localhost/'}\n`);
    if (options.has('--drop')) {
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
    await process.stderr.write(`${stamp()}\tFailed: ${error.message}\n`);
    return 1;
  }
};
