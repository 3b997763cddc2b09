import { compareKeys } from '../encode/compare-keys.ts';
import { encodeJson } from '../encode/json.ts';
import { isList, isMap, type JsonMap } from './json-tree.ts';
import { withoutNulls } from './merge-patch.ts';

/*
 * Patched objects as text, as refusals quote them and as they are decoded again. The Go libraries keep the text of what
 * they do not look into, and print what they do look into with sorted keys. What has another order of keys has other
 * first problems.
 */

/** A value of whose containers some were looked into. */
export function openedText(value: unknown, opened: ReadonlySet<unknown>): string {
  if (isList(value)) return `[${value.map((item) => openedText(item, opened)).join(',')}]`;
  if (!isMap(value)) return encodeJson(typeof value === 'symbol' ? null : value);
  const keys = opened.has(value) ? sortedKeys(value) : Object.keys(value);
  return `{${keys.map((key) => `${encodeJson(key)}:${openedText(value[key], opened)}`).join(',')}}`;
}

/** The result of a merge patch: it looks into every map that it merges, and into what is new. */
export function mergedText(document: unknown, patch: unknown): string {
  if (!isMap(document)) return sortedText(withoutNulls(patch));
  if (!isMap(patch)) return encodeJson(patch);
  const members = sortedKeys({ ...document, ...patch }).flatMap((key) => {
    const given = Object.hasOwn(patch, key);
    if (given && (patch[key] === null || patch[key] === undefined)) return [];
    return `${encodeJson(key)}:${given ? mergedText(document[key], patch[key]) : encodeJson(document[key])}`;
  });
  return `{${members.join(',')}}`;
}

function sortedText(value: unknown): string {
  if (isList(value)) return `[${value.map(sortedText).join(',')}]`;
  if (!isMap(value)) return encodeJson(value);
  return `{${sortedKeys(value)
    .map((key) => `${encodeJson(key)}:${sortedText(value[key])}`)
    .join(',')}}`;
}

const sortedKeys = (map: JsonMap): readonly string[] => Object.keys(map).sort(compareKeys);
