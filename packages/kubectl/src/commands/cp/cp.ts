import type { Pod } from '@tabernetes/api/types/core-v1';
import type { FileSystem } from '@tabernetes/node-api';
import type { Command, CommandContext } from '../../command.ts';
import { Exit } from '../../errors.ts';
import { containerOf } from '../../stream/pod-of.ts';
import { openSession, throwFailure } from '../../stream/session.ts';
import { readTar, type TarEntry, writeTar } from '../../stream/tar.ts';

interface Place {
  /** Empty: here. */
  readonly pod: string;
  readonly namespace: string;
  readonly path: string;
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_cp/ */
const cp: Command = {
  async run(context) {
    const { args } = context;
    if (args.length !== 2) throw new Error('source and destination are required');
    const [from, to] = [placeOf(args[0] ?? ''), placeOf(args[1] ?? '')];
    if (from.pod !== '' && to.pod !== '') throw new Error('one of src or dest must be a local file specification');
    if (from.path === '' || to.path === '') throw new Error('filepath can not be empty');
    if (from.pod !== '') await copyFrom(context, from, to.path);
    else if (to.pod !== '') await copyTo(context, from.path, to);
    else throw new Error('one of src or dest must be a remote file specification');
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { cp };

/** `[[namespace/]pod:]path`. @throws {Error} */
function placeOf(text: string): Place {
  const colon = text.indexOf(':');
  if (colon < 0) return { pod: '', namespace: '', path: text };
  const parts = text.slice(0, colon).split('/');
  if (colon === 0 || parts.length > 2) {
    throw new Error('filespec must match the canonical format: [[namespace/]pod:]file/path');
  }
  const [first = '', second] = parts;
  const path = text.slice(colon + 1);
  return second === undefined ? { pod: first, namespace: '', path } : { pod: second, namespace: first, path };
}

/** Runs a command in the container; resolves with what it printed. What it complains of goes on, if anywhere. */
async function remote(
  context: CommandContext,
  place: Place,
  command: readonly string[],
  options: { readonly input?: Iterable<Uint8Array>; readonly quiet?: boolean } = {},
): Promise<Uint8Array> {
  const { api, namespace, flags, process } = context;
  const home = place.namespace || namespace().name;
  const pod = await api().object<Pod>(
    'GET',
    `/api/v1/namespaces/${encodeURIComponent(home)}/pods/${encodeURIComponent(place.pod)}`,
  );
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container = flags.string('container') || containerOf(context, pod, '', options.quiet === true);
  const { input } = options;
  const session = await openSession(context, pod, {
    verb: 'exec',
    container,
    command,
    stdin: input !== undefined,
    tty: false,
  });
  try {
    const feeding = input === undefined ? Promise.resolve() : feed(session.stdin, input);
    const [output] = await Promise.all([
      collect(session.stdout),
      collect(session.stderr, options.quiet ? undefined : (bytes) => process.stderr.write(bytes)),
      feeding.catch(() => undefined),
    ]);
    throwFailure(await session.exit);
    return output;
  } finally {
    session.close();
  }
}

async function feed(to: WritableStream<Uint8Array> | undefined, chunks: Iterable<Uint8Array>): Promise<void> {
  const writer = to?.getWriter();
  for (const chunk of chunks) await writer?.write(chunk);
  await writer?.close();
}

async function collect(
  from: ReadableStream<Uint8Array> | undefined,
  pass?: (bytes: Uint8Array) => Promise<void>,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = from?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    if (pass !== undefined) await pass(value);
    else {
      chunks.push(value);
      size += value.length;
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

async function copyTo(context: CommandContext, path: string, to: Place): Promise<void> {
  const { fs } = context.process;
  if (!fs.exists(path)) throw new Error(`${path} doesn't exist in local filesystem`);
  let target = clean(to.path);
  try {
    await remote(context, to, ['test', '-d', to.path], { quiet: true });
    target = `${target.replace(/\/$/, '')}/${baseName(clean(path))}`;
  } catch (error) {
    // A name that is free, or a file: the copy takes it.
    if (!(error instanceof Exit)) throw error;
  }
  const slash = target.lastIndexOf('/');
  const directory = slash < 0 ? '.' : target.slice(0, slash) || '/';
  const keeps = context.flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  const command = ['tar', ...keeps, '-xmf', '-', '-C', directory];
  await remote(context, to, command, { input: writeTar(entriesOf(fs, clean(path), baseName(target))) });
}

function* entriesOf(fs: FileSystem, path: string, name: string): Generator<TarEntry> {
  const { type, mode, modifiedMs } = fs.lstat(path);
  const common = { name, mode, modifiedMs, content: new Uint8Array(), target: '' };
  if (type === 'directory') {
    const children = fs.readDirectory(path);
    if (children.length === 0) yield { ...common, type };
    for (const child of children) yield* entriesOf(fs, `${path.replace(/\/$/, '')}/${child}`, `${name}/${child}`);
  } else if (type === 'symlink') yield { ...common, type, target: fs.readLink(path) };
  else if (type === 'file') yield { ...common, type, content: fs.readFile(path) };
}

async function copyFrom(context: CommandContext, from: Place, to: string): Promise<void> {
  const { err, process, flags } = context;
  const { fs } = process;
  const command = ['tar', 'cf', '-', from.path];
  let archive: Uint8Array | undefined;
  for (let tries = flags.number('retries'); archive === undefined; tries--) {
    try {
      archive = await remote(context, from, command);
    } catch (error) {
      if (error instanceof Exit || tries === 0) throw error;
      err.write(`Resuming copy at 0 bytes, retry ${flags.number('retries') - tries}/${flags.number('retries')}\n`);
    }
  }
  // tar takes the slash away from absolute names.
  const prefix = clean(from.path.replace(/^\/+/, '')).replace(/^(?:\.\.?\/)+/, '');
  const isDirectory = fs.exists(to) && fs.stat(to).type === 'directory';
  const root = isDirectory ? `${to.replace(/\/$/, '')}/${baseName(prefix)}` : to;
  let links = 0;
  for (const entry of readTar(archive)) {
    if (prefix !== '.' && !entry.name.startsWith(prefix)) throw new Error('tar contents corrupted');
    const rest = entry.name.slice(prefix === '.' ? 0 : prefix.length);
    const target = clean(`${root}/${rest}`);
    if (target !== clean(root) && !target.startsWith(`${clean(root)}/`)) {
      err.write(`warning: file ${JSON.stringify(target)} is outside target destination, skipping\n`);
      continue;
    }
    if (entry.type === 'symlink') {
      if (links++ === 0) {
        err.write(
          `warning: skipping symlink: ${JSON.stringify(target)} -> ${JSON.stringify(entry.target)} (consider using "kubectl exec -n ${JSON.stringify(from.namespace || context.namespace().name)} ${JSON.stringify(from.pod)} -- tar cf - ${JSON.stringify(from.path)} | tar xf -")\n`,
        );
      } else err.write(`warning: skipping symlink: ${JSON.stringify(target)} -> ${JSON.stringify(entry.target)}\n`);
      continue;
    }
    if (entry.type === 'directory') {
      fs.mkdir(target, { recursive: true });
      continue;
    }
    const slash = target.lastIndexOf('/');
    if (slash > 0) fs.mkdir(target.slice(0, slash), { recursive: true });
    fs.writeFile(target, entry.content, { mode: entry.mode });
  }
}

const baseName = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) || '/';

/** Without `.`, `..` and slashes that say nothing. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  const text = parts.join('/');
  if (path.startsWith('/')) return `/${text}`;
  return text || '.';
}
