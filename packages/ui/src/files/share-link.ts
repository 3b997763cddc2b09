import { strFromU8, strToU8, unzlibSync, zlibSync } from 'fflate';
import { DEFAULT_OPTIONS } from './default-options.ts';
import { DEFAULT_SHAPE, type NodeShape } from './node-shape.ts';
import { readSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
import { SandboxFault } from './sandbox-fault.ts';

/** What the fragment of an address begins with that holds a sandbox. */
export const SHARE_PREFIX = '#s=';

/** Where `npm start` and `tabernetes start` serve the playground. */
const LOCAL_PLAYGROUND = 'http://127.0.0.1:5173/';

/** What a link says beside its files; what is left out is as on a first visit. */
export interface ShareLinkOptions extends Partial<Omit<SandboxOptions, 'shape'>> {
  /** What the nodes are: processors, memory in Gi, Pods, zones, labels. Default: 4, 8, 110, 3, none. */
  readonly shape?: Partial<NodeShape>;
  /** Address of the playground that the link opens; default: the one of `npm start`. */
  readonly playground?: string;
}

/**
 * An address that opens files in the playground, on a new cluster of the given nodes and seed. Nothing leaves this process: the files
 * are in the address itself. A file `replay.sh` is a way to say what to do with the others: `sh replay.sh` in the terminal.
 *
 * @param files texts by name; names are those of files in one folder
 * @throws {Error} when a name or an option is none that the playground takes
 */
export function shareLink(files: Readonly<Record<string, string>>, options: ShareLinkOptions = {}): string {
  const { playground = LOCAL_PLAYGROUND, shape, ...rest } = options;
  const asked = { ...DEFAULT_OPTIONS, ...rest, ...(shape && { shape: { ...DEFAULT_SHAPE, ...shape } }) };
  const list = Object.entries(files).map(([name, text]) => ({ name, text }));
  const sandbox = readSandbox({ version: 1, files: list, options: asked });
  for (const [name, value] of Object.entries(sandbox.options)) {
    const wanted = asked[name as keyof SandboxOptions];
    const isTaken = name === 'shape' ? JSON.stringify(value) === JSON.stringify(wanted) : wanted === value;
    if (!isTaken)
      throw new Error(
        `${name}: ${typeof wanted === 'object' ? JSON.stringify(wanted) : wanted} is not what a sandbox can have`,
      );
  }
  const url = new URL(playground);
  url.hash = shareFragment(sandbox);
  return url.href;
}

/** The fragment that opens these files on a new cluster of these options: JSON, deflated, in the letters of URLs. */
export function shareFragment({ version, files, options, log }: Sandbox): string {
  return SHARE_PREFIX + toBase64(zlibSync(strToU8(JSON.stringify({ version, files, options, log })), { level: 9 }));
}

/**
 * What {@link shareFragment} was made of.
 *
 * @throws {Error} saying what is wrong with it
 */
export function sandboxOfFragment(fragment: string): Sandbox {
  let value: unknown;
  try {
    value = JSON.parse(strFromU8(unzlibSync(fromBase64(fragment.slice(SHARE_PREFIX.length)))));
  } catch {
    throw new SandboxFault('cut');
  }
  const { cluster: _, ...sandbox } = readSandbox(value);
  return sandbox;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
