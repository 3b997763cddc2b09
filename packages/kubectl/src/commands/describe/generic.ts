import { goValue } from '@tabernetes/apimachinery';
import type { Describer } from './describer.ts';
import type { Description } from './description.ts';
import { eventsOf, printEvents } from './events.ts';
import { compare, head } from './metadata.ts';

const SHOWN_ABOVE = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);

/** Any kind: the fields as they come, with words for names. */
export const generic: Describer = async (context, object, d) => {
  const list = await eventsOf(context, object);
  head(d, object.metadata);
  content(d, 0, object as unknown as Fields, '');
  printEvents(d, list, context.nowMs);
};

type Fields = Readonly<Record<string, unknown>>;

function content(d: Description, level: number, fields: Fields, prefix: string): void {
  for (const name of Object.keys(fields).sort(compare)) {
    const path = `${prefix}.${name}`;
    if (SHOWN_ABOVE.has(path)) continue;
    const value = fields[name];
    const label = words(name);
    if (Array.isArray(value)) {
      d.write(level, `${label}:\n`);
      for (const item of value) {
        if (isFields(item)) content(d, level + 1, item, path);
        else d.write(level + 1, `${goValue(item)}\n`);
      }
    } else if (isFields(value)) {
      d.write(level, `${label}:\n`);
      content(d, level + 1, value, path);
    } else d.field(level, label, goValue(value));
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** `creationTimestamp` → `Creation Timestamp`, `apiVersion` → `API Version`; what is not all letters stays. */
function words(name: string): string {
  if (!/^[\p{L}-]*$/u.test(name)) return name;
  const parts = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|-+/gu) ?? [name];
  return parts
    .map((part) =>
      ACRONYMS.has(part.toUpperCase()) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join(' ');
}
