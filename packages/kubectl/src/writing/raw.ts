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
  const target = flags.string('raw');
  if (!target.startsWith('/')) {
    throw new Error(`--raw must be a valid URL path: parse ${JSON.stringify(target)}: invalid URI for request`);
  }
  if (file === undefined) return undefined;
  if (file === '-') return new TextEncoder().encode(await process.stdin.readText());
  if (!process.fs.exists(file)) throw new Error(`open ${file}: no such file or directory`);
  return process.fs.readFile(file);
}
