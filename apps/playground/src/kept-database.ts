import { type IDBPDatabase, openDB } from 'idb';

/** Where sandboxes are, by name. */
export const STORE = 'sandboxes';

/** @throws {Error} when the browser refuses; it may also never answer */
export const openKept = (): Promise<IDBPDatabase> =>
  openDB('tabernetes', 1, { upgrade: (database) => void database.createObjectStore(STORE) });
