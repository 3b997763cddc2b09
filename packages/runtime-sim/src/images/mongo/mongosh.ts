import type { Process, Program } from '@tabernetes/node-api';
import type { Statement } from 'acorn';
import { readAllText } from '../../programs/support/input.ts';
import { drive } from '../../shell/drive.ts';
import { fromDocument, inspect } from './script/documents.ts';
import { declareGlobals } from './script/globals.ts';
import { parseScript } from './script/parse.ts';
import { Runner } from './script/run.ts';
import { Scope } from './script/scope.ts';
import { ScriptSyntaxError } from './script/syntax-error.ts';
import { nameOf, plain, Quit, ScriptObject, Thrown, toText, type Value, waiting } from './script/values.ts';
import { Cursor } from './shell/cursor.ts';
import { databaseObject, replicaSetObject, shown } from './shell/database.ts';
import { Session } from './shell/session.ts';
import { resolveTarget, type Target } from './wire.ts';

/**
 * mongosh: scripts of its language, read by acorn and run by an interpreter of our own, on virtual time; what that does
 * not run is refused before anything of the script has run.
 */
export const mongosh: Program = async (process) => {
  const given = parseArguments(process.argv.slice(1));
  if ('error' in given) {
    await process.stderr.write(`Error parsing command line: ${given.error}\n`);
    return 1;
  }
  const { address, scripts, evaluated, quiet } = given;
  let target: Target;
  try {
    target = await resolveTarget(process, address);
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error) throw error;
    await process.stderr.write(`Error: ${error.message}\n`);
    return 1;
  }
  const shell = new MongoShell(process, target);
  const reached = await shell.connect();
  if (reached !== 0) return reached;
  if (!quiet && evaluated.length === 0 && scripts.length === 0)
    await process.stdout.write('Using MongoDB:\t\t7.0.14\n');
  for (const text of evaluated) {
    const { code, ended } = await shell.run(text, true);
    if (code !== 0 || ended) return code;
  }
  for (const path of scripts) {
    const { code, ended } = await shell.run(await readAllText(process, path));
    if (code !== 0 || ended) return code;
  }
  return evaluated.length + scripts.length === 0 ? shell.interactive() : 0;
};

/** Runs a script against a server. @returns its exit code */
export async function runScript(process: Process, script: string, target: Target): Promise<number> {
  return (await new MongoShell(process, target).run(script)).code;
}

interface Outcome {
  readonly code: number;
  /** The script ended the shell. */
  readonly ended: boolean;
}

class MongoShell {
  readonly #process: Process;
  readonly #session: Session;
  readonly #scope = new Scope(undefined);

  constructor(process: Process, target: Target) {
    this.#process = process;
    this.#session = new Session(process, target);
    declareGlobals(process, this.#scope);
    this.#scope.declare('db', databaseObject(this.#session));
    this.#scope.declare('rs', replicaSetObject(this.#session));
    this.#scope.declare(
      'use',
      plain('use', (name) => {
        this.#session.database = toText(name);
        return `switched to db ${toText(name)}`;
      }),
    );
    this.#scope.declare(
      'show',
      waiting('show', (what) => shown(this.#session, toText(what))),
    );
  }

  async connect(): Promise<number> {
    try {
      await this.#session.ask({ op: 'hello' });
      return 0;
    } catch (error) {
      return (await this.#tell(error)).code;
    }
  }

  /** @param shows writes what the last expression gives */
  async run(text: string, shows = false): Promise<Outcome> {
    try {
      await this.#perform(parseScript(text), shows);
      return { code: 0, ended: false };
    } catch (error) {
      return this.#tell(error);
    }
  }

  /** Reads line after line; what has no end yet goes on with the next. */
  async interactive(): Promise<number> {
    const { stdin, stdout, terminal } = this.#process;
    let text = '';
    for (;;) {
      if (terminal !== undefined) await stdout.write(text === '' ? `${this.#session.database}> ` : '... ');
      const line = await stdin.readLine();
      if (line === undefined) return 0;
      text += `${line}\n`;
      let body: readonly Statement[];
      try {
        body = parseScript(text);
      } catch (error) {
        if (error instanceof ScriptSyntaxError && error.isUnfinished) continue;
        if (error instanceof ScriptSyntaxError) await stdout.write(`Uncaught:\nSyntaxError: ${error.message}\n\n`);
        else await this.#tell(error);
        text = '';
        continue;
      }
      text = '';
      if (/^\s*(?:exit|quit)\s*;?\s*$/.test(line)) return 0;
      try {
        await this.#perform(body, true);
      } catch (error) {
        const { code, ended } = await this.#tell(error);
        if (ended) return code;
      }
    }
  }

  async #perform(body: readonly Statement[], shows: boolean): Promise<void> {
    const runner = new Runner({ rest: () => this.#process.sleep(0) });
    const value = await drive(runner.script(body, this.#scope));
    if (shows) await this.#show(value);
  }

  async #show(value: Value): Promise<void> {
    if (value === undefined) return;
    const shownValue = value instanceof Cursor ? (await value.rest()).slice(0, 20).map(fromDocument) : value;
    await this.#process.stdout.write(`${typeof shownValue === 'string' ? shownValue : inspect(shownValue)}\n`);
  }

  async #tell(error: unknown): Promise<Outcome> {
    const { stderr } = this.#process;
    if (error instanceof Quit) return { code: error.code, ended: true };
    if (error instanceof ScriptSyntaxError) await stderr.write(`SyntaxError: ${error.message}\n`);
    else if (error instanceof Thrown) {
      const { value } = error;
      const told =
        value instanceof ScriptObject && value.isError
          ? `${nameOf(value)}: ${toText(value.entries.get('message') ?? '')}`
          : `Error: ${inspect(value)}`;
      await stderr.write(`${told}\n`);
    } else throw error;
    return { code: 1, ended: false };
  }
}

/** Options with a value that changes nothing here: there are no users, and bytes are not encrypted. */
const IGNORED_VALUES =
  /^--(?:username|password|authenticationDatabase|authenticationMechanism|tlsCAFile|tlsCertificateKeyFile|apiVersion)$|^-[up]$/;
const IGNORED =
  /^--(?:norc|tls|tlsAllowInvalidCertificates|tlsAllowInvalidHostnames|retryWrites|noTelemetry|shell|verbose)$/;

type Arguments =
  | { readonly error: string }
  | {
      readonly address: string | undefined;
      readonly scripts: readonly string[];
      readonly evaluated: readonly string[];
      readonly quiet: boolean;
    };

function parseArguments(words: readonly string[]): Arguments {
  const scripts: string[] = [];
  const evaluated: string[] = [];
  let address: string | undefined;
  let host: string | undefined;
  let port: string | undefined;
  let quiet = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [, name = word, attached] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const value = (): string => attached ?? words[++i] ?? '';
    if (name === '--eval') evaluated.push(value());
    else if (name === '--file' || name === '-f') scripts.push(value());
    else if (name === '--quiet') quiet = true;
    else if (name === '--host') host = value();
    else if (name === '--port') port = value();
    else if (IGNORED_VALUES.test(name)) value();
    else if (IGNORED.test(name) || /^-p./.test(name)) continue;
    else if (word.startsWith('-')) return { error: `unrecognized option: ${word}` };
    else if (address === undefined && !word.endsWith('.js')) address = word;
    else scripts.push(word);
  }
  if (host !== undefined || port !== undefined) {
    const server = host ?? '127.0.0.1';
    const place = port === undefined || server.includes(':') ? server : `${server}:${port}`;
    address = address === undefined || address.includes('://') ? place : `${place}/${address}`;
    if (!address.includes('/')) address = `${address}/test`;
  }
  return { address, scripts, evaluated, quiet };
}
