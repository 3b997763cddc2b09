import type { Steps } from '../../../shell/drive.ts';
import { failure, HostObject, ScriptFunction, ScriptObject, toText, type Value } from './values.ts';

/** What `for … of` and `...` go over. @throws {Thrown} a TypeError */
export function* items(value: Value): Steps<readonly Value[]> {
  if (Array.isArray(value)) return [...value];
  if (typeof value === 'string') return [...value];
  const toArray = value instanceof HostObject ? value.get('toArray') : undefined;
  if (toArray instanceof ScriptFunction) return (yield* toArray.call([])) as readonly Value[];
  throw failure('TypeError', `${value instanceof ScriptObject ? 'object' : toText(value)} is not iterable`);
}
