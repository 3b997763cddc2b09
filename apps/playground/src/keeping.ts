import { FIRST_NAME, isSandboxName, type Keeping, readSandbox, type Sandbox, SandboxFault } from '@tabernetes/ui';
import { SHARE_PREFIX, sandboxOfFragment, shareFragment } from '@tabernetes/ui/share-link';
import type { IDBPDatabase } from 'idb';
import { openKept, STORE } from './kept-database.ts';

/** What a sandbox is called that came with a link. */
const SHARED_NAME = 'shared';
/** A database that does not answer, as in some private windows, must not keep the page from starting. */
const PATIENCE_MS = 3_000;

/** Keeps the sandbox in IndexedDB, and reads those that come with the address. */
export function browserKeeping(): Keeping {
  // A browser may refuse; then every use tells so, and the page works without.
  const open = opened();
  open.catch(() => undefined);
  let isOver = false;
  const asked = new URLSearchParams(location.search).get('sandbox') ?? FIRST_NAME;
  let name = isSandboxName(asked) ? asked : FIRST_NAME;
  const put = async (sandbox: Sandbox, to = name): Promise<void> => {
    const database = await open;
    const { cluster } = sandbox;
    try {
      await database.put(STORE, sandbox, to);
    } catch (error) {
      const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
      if (isFull || !(cluster instanceof Blob)) throw error;
      // Some browsers keep bytes in private windows, but no files.
      await database.put(STORE, { ...sandbox, cluster: new Uint8Array(await cluster.arrayBuffer()) }, to);
    }
  };
  const names = async (): Promise<readonly string[]> => (await (await open).getAllKeys(STORE)).map(String);
  /** What comes with a link has a place of its own where something is kept already. */
  const makeRoom = async (): Promise<void> => {
    // A browser that keeps nothing has nothing to lose.
    const taken = new Set(await names().catch(() => []));
    if (!taken.has(name)) return;
    name = SHARED_NAME;
    for (let number = 2; taken.has(name); number++) name = `${SHARED_NAME}-${number}`;
  };
  return {
    get name() {
      return name;
    },
    names,
    async open(next, sandbox) {
      if (sandbox !== undefined) await put(sandbox, next);
      isOver = true;
      const address = addressOf(next);
      if (address.href === location.href) location.reload();
      else location.assign(address);
    },
    async remove(old) {
      if (old === name) isOver = true;
      await (await open).delete(STORE, old);
    },
    async load() {
      if (location.hash.startsWith(SHARE_PREFIX)) {
        try {
          const sandbox = sandboxOfFragment(location.hash);
          await makeRoom();
          // From now on it is the reader's own: a reload must not undo what they do.
          history.replaceState(null, '', addressOf(name));
          return { sandbox };
        } catch (error) {
          return { badLink: error };
        }
      }
      const kept: unknown = await (await open).get(STORE, name);
      return kept === undefined ? {} : { sandbox: readSandbox(kept) };
    },
    async save(sandbox) {
      if (!isOver) await put(sandbox);
    },
    link(sandbox) {
      const url = new URL(location.href);
      url.hash = shareFragment(sandbox);
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

function addressOf(name: string): URL {
  const address = new URL(location.pathname, location.href);
  if (name !== FIRST_NAME) address.searchParams.set('sandbox', name);
  return address;
}

/** Opens the database; a browser may refuse at once, later, or never answer. */
async function opened(): Promise<IDBPDatabase> {
  if (globalThis.indexedDB === undefined) throw new SandboxFault('nowhere');
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new SandboxFault('silent')), PATIENCE_MS);
  });
  return Promise.race([openKept(), late]);
}
