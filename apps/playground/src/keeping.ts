import { type Keeping, readSandbox, type Sandbox } from '@tabernetes/ui';
import { strFromU8, strToU8, unzlibSync, zlibSync } from 'fflate';
import { openDB } from 'idb';

const STORE = 'sandboxes';
/** The one sandbox of this browser. */
const NAME = 'default';
const PREFIX = '#s=';

/** Keeps the sandbox in IndexedDB, and reads those that come with the address. */
export function browserKeeping(): Keeping {
  // A browser may refuse; then every use tells so, and the page works without.
  const open = openDB('tabernetes', 1, { upgrade: (database) => void database.createObjectStore(STORE) });
  open.catch(() => undefined);
  let isOver = false;
  const put = async (sandbox: Sandbox): Promise<void> => void (await (await open).put(STORE, sandbox, NAME));
  return {
    async load() {
      if (location.hash.startsWith(PREFIX)) {
        try {
          const sandbox = fromHash(location.hash);
          // From now on it is the reader's own: a reload must not undo what they do.
          history.replaceState(null, '', location.pathname + location.search);
          return { sandbox };
        } catch (error) {
          return { problem: `The link cannot be opened: ${error instanceof Error ? error.message : String(error)}.` };
        }
      }
      const kept: unknown = await (await open).get(STORE, NAME);
      return kept === undefined ? {} : { sandbox: readSandbox(kept) };
    },
    async save(sandbox) {
      if (!isOver) await put(sandbox);
    },
    link({ version, files, options }) {
      const url = new URL(location.href);
      url.hash =
        PREFIX.slice(1) + toBase64(zlibSync(strToU8(JSON.stringify({ version, files, options })), { level: 9 }));
      return url.href;
    },
    async restart(sandbox) {
      isOver = true;
      await put(sandbox);
      history.replaceState(null, '', location.pathname + location.search);
      location.reload();
    },
  };
}

/** @throws {Error} saying what is wrong with it */
function fromHash(hash: string): Sandbox {
  let value: unknown;
  try {
    value = JSON.parse(strFromU8(unzlibSync(fromBase64(hash.slice(PREFIX.length)))));
  } catch {
    throw new Error('it is not whole');
  }
  const { version, files, options } = readSandbox(value);
  return { version, files, options };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
