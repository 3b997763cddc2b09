import type { CommandContext } from '../command.ts';

/** What `--raw` sends: the one file or stdin; undefined when none is named. @throws {Error} for flags that do not go with it */
export async function rawBody(
  { flags, process }: CommandContext,
  { needsFile }: { readonly needsFile: boolean },
): Promise<Uint8Array | undefined> {
  const files = flags.strings('filename');
  const [file] = files;
  if (files.length > 1 || (needsFile && files.length !== 1)) {
    throw new Error('--raw can only use a single local file or stdin');
  }
  if (file !== undefined && /^https?:\/\//.test(file)) throw new Error('--raw cannot read from a url');
  if (flags.bool('recursive')) throw new Error('--raw and --recursive are mutually exclusive');
  if (flags.string('output') !== '') throw new Error('--raw and --output are mutually exclusive');
  rawTarget(flags.string('raw'));
  if (file === undefined) return undefined;
  if (file === '-') return new TextEncoder().encode(await process.stdin.readText());
  if (!process.fs.exists(file)) throw new Error(`open ${file}: no such file or directory`);
  return process.fs.readFile(file);
}

/**
 * Path and query of what `--raw` asks for. Of a whole address, host and scheme do not count: the server stays the same.
 *
 * @throws {Error} of what is neither a path nor an address
 */
export function rawTarget(text: string): {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
} {
  const [, scheme, rest = text] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  if (scheme === undefined && !text.startsWith('/')) {
    throw new Error(`--raw must be a valid URL path: parse ${JSON.stringify(text)}: invalid URI for request`);
  }
  const local =
    scheme !== undefined && !rest.startsWith('/') ? '' : rest.replace(/#.*/s, '').replace(/^\/\/[^/?]*/, '');
  const [path = '', ...search] = local.split('?');
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search.join('?'))) {
    // Several values of a name are kept apart as requests have them.
    query[name] = query[name] === undefined ? value : `${query[name]}\0${value}`;
  }
  return { path: path.startsWith('/') ? path : `/${path}`, query };
}
