import type { Note } from './notes.ts';

/** A Pod that ends again and again. */
export const crashes = (why: string): Note => ({ expect: { Pod: 'CrashLoopBackOff' }, passing: true, why });

/** An object of this kind that comes to something else than the best. */
export const ends = (kind: string, state: string, why: string): Note => ({ expect: { [kind]: state }, why });

/** The notes of a folder, by path. */
export const folder = (path: string, notes: Readonly<Record<string, Note>>): Readonly<Record<string, Note>> =>
  Object.fromEntries(Object.entries(notes).map(([name, note]) => [`${path}/${name}`, note]));
