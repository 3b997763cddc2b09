import { encodeBase64, goQuote, isConfigMapKey, isEnvVarName } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';

/** Where the entries of ConfigMaps and Secrets come from. */
export interface Sources {
  readonly literals: readonly string[];
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
}

/** Takes entries, whoever brings them. @throws {Error} for keys that are no good or taken */
export interface Entries {
  add(key: string, value: Uint8Array | string): void;
}

/** Reads all sources; `what` is the word for files that may not be directories: `config`, `secret`. @throws {Error} with kubectl's text */
export function readSources(
  fs: FileSystem,
  env: Readonly<Record<string, string>>,
  { literals, files, envFiles }: Sources,
  to: Entries,
  { what, literalsFirst }: { readonly what: string; readonly literalsFirst: boolean },
): void {
  if (literalsFirst) for (const literal of literals) addLiteral(literal, to);
  for (const file of files) addFile(fs, file, to);
  if (!literalsFirst) for (const literal of literals) addLiteral(literal, to);
  for (const file of envFiles) {
    if (typeOf(fs, file) === 'directory') throw new Error(`env ${what} file cannot be a directory`);
    addEnvFile(fs, env, file, to);
  }
}

/** Keys of a ConfigMap: texts in `data`, bytes that are no UTF-8 in `binaryData`. */
export function configMapEntries(name: string): Entries & {
  readonly data: Record<string, string>;
  readonly binaryData: Record<string, string>;
} {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  return {
    data,
    binaryData,
    add(key, value) {
      const problems = isConfigMapKey(key);
      if (problems.length > 0) {
        throw new Error(`${goQuote(key)} is not a valid key name for a ConfigMap: ${problems.join(',')}`);
      }
      for (const [place, map] of [
        ['Data', data],
        ['BinaryData', binaryData],
      ] as const) {
        if (Object.hasOwn(map, key)) {
          throw new Error(
            `cannot add key ${goQuote(key)}, another key by that name already exists in ${place} for ConfigMap ${goQuote(name)}`,
          );
        }
      }
      const text = typeof value === 'string' ? value : utf8(value);
      if (text !== undefined) data[key] = text;
      else if (typeof value !== 'string') binaryData[key] = encodeBase64(value);
    },
  };
}

/** Keys of a Secret, all as base64. */
export function secretEntries(): Entries & { readonly data: Record<string, string> } {
  const data: Record<string, string> = {};
  return {
    data,
    add(key, value) {
      const problems = isConfigMapKey(key);
      if (problems.length > 0)
        throw new Error(`${goQuote(key)} is not valid key name for a Secret ${problems.join(';')}`);
      if (Object.hasOwn(data, key)) throw new Error(`cannot add key ${key}, another key by that name already exists`);
      data[key] = encodeBase64(typeof value === 'string' ? new TextEncoder().encode(value) : value);
    },
  };
}

/** The text of bytes; undefined when they are no UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function addLiteral(literal: string, to: Entries): void {
  const equals = literal.indexOf('=');
  if (equals <= 0) throw new Error(`invalid literal source ${literal}, expected key=value`);
  to.add(literal.slice(0, equals), literal.slice(equals + 1));
}

function addFile(fs: FileSystem, source: string, to: Entries): void {
  const [key, path] = fileSource(source);
  if (typeOf(fs, path) !== 'directory') {
    to.add(key, fs.readFile(path));
    return;
  }
  if (source.includes('=')) throw new Error('cannot give a key name for a directory path');
  for (const name of fs.readDirectory(path)) {
    const item = `${path.replace(/\/$/, '')}/${name}`;
    if (fs.lstat(item).type === 'file') to.add(name, fs.readFile(item));
  }
}

/** `path`, or `key=path`. @throws {Error} */
export function fileSource(source: string): readonly [key: string, path: string] {
  const parts = source.split('=');
  if (parts.length === 1) return [source.replace(/\/+$/, '').split('/').at(-1) || '/', source];
  if (parts.length > 2) throw new Error("key names or file paths cannot contain '='");
  const [key = '', path = ''] = parts;
  if (key === '') throw new Error(`key name for file path ${path} missing`);
  if (path === '') throw new Error(`file path for key name ${key} missing`);
  return [key, path];
}

function typeOf(fs: FileSystem, path: string): string {
  if (!fs.exists(path)) throw new Error(`error reading ${path}: no such file or directory`);
  return fs.stat(path).type;
}

/** Lines `KEY=value`; a KEY alone takes its value from the environment. @throws {Error} */
export function addEnvFile(
  fs: Pick<FileSystem, 'readFile'>,
  env: Readonly<Record<string, string>>,
  path: string,
  to: Entries,
): void {
  for (const [at, bytes] of linesOf(fs.readFile(path)).entries()) {
    const raw = utf8(bytes);
    if (raw === undefined) {
      throw new Error(`env file ${path} contains invalid utf8 bytes at line ${at + 1}: [${bytes.join(' ')}]`);
    }
    const line = (at === 0 ? raw.replace(/^\uFEFF/, '') : raw).trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    const problems = isEnvVarName(key);
    if (problems.length > 0) throw new Error(`${goQuote(key)} is not a valid key name: ${problems.join(';')}`);
    to.add(key, equals < 0 ? (env[key] ?? '') : line.slice(equals + 1));
  }
}

/** Lines without what ends them; the last one may lack it. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(bytes.subarray(start, end > start && bytes[end - 1] === 13 ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}
