// What kubernetes-models says of types and fields. It is made from Kubernetes' OpenAPI of a later version, so its words count
// only where they are those of our version or where our version's packages have none; but it alone keeps the ends of lines,
// has what fields that are types (status) are for, and tells what each value of an enumeration means.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENUM = '\n\nPossible enum values:\n';

/**
 * @param {Record<string, { properties?: Record<string, { enum?: string[] }> }>} schemas the facts
 * @returns {{ type: string, field: string, text: string, meanings?: string }[]} `field` is '' for the type
 * itself; `meanings` is what follows the text of a field with an enumeration. Empty when the package is not installed.
 */
export function descriptionsOfModels(schemas) {
  const home = installed('kubernetes-models', dirname(fileURLToPath(import.meta.url)));
  if (home === undefined) return [];
  const nameOf = new Map(Object.keys(schemas).map((name) => [exportedName(name), name]));
  const homes = [home, installed('@kubernetes-models/apimachinery', home)].filter((folder) => folder !== undefined);
  return homes.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith('.d.ts') && !/_schemas|index/.test(file))
      .flatMap((file) => describedIn(readFileSync(join(folder, file), 'utf8'), nameOf, schemas)),
  );
}

/** `io.k8s.api.core.v1.Pod` is exported as `IIoK8sApiCoreV1Pod`. */
const exportedName = (name) =>
  `I${name
    .split(/[.-]/)
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join('')}`;

/** The folder of a package, as code in `from` finds it. */
function installed(name, from) {
  try {
    return dirname(createRequire(join(from, 'x')).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function describedIn(source, nameOf, schemas) {
  const type = nameOf.get(/export \{ \w+ as (I\w+)/.exec(source)?.[1]);
  const alias = /^\/\*\*\n((?: \*[^\n]*\n)*?) \*\/\nexport declare type /m.exec(source);
  if (type !== undefined && alias !== null)
    return [{ type, field: '', text: plain(alias[1].split('\n').slice(0, -1)) }];
  const body = /((?:\/\*\*\n(?: \*[^\n]*\n)*? \*\/\n)?)export interface [^\n]*\n([\s\S]*?)\n\}/.exec(source);
  if (type === undefined || body === null) return [];
  const [, head, members] = body;
  const found = [];
  if (head !== '') found.push({ type, field: '', text: plain(head.split('\n').slice(1, -2)), meanings: undefined });
  for (const [, comment, field] of members.matchAll(
    / {4}\/\*\*\n((?: {5}\*[^\n]*\n)*?) {5}\*\/\n {4}"?([^"?:\s]+)"?\??:/g,
  )) {
    const [text, list] = plain(comment.split('\n').slice(0, -1)).split(ENUM);
    const values = schemas[type].properties?.[field]?.enum;
    found.push({ type, field, text, meanings: values && list && meaningsOf(values, list) });
  }
  return found;
}

/** The entries of the values that our version has; undefined when one of them is not told of. */
function meaningsOf(values, list) {
  const entries = new Map(list.split(/\n(?= - `)/).map((entry) => [/^ - `"(.*?)"`/.exec(entry)?.[1] ?? '', entry]));
  const known = values.map((value) => entries.get(value));
  return known.includes(undefined) ? undefined : ENUM + known.join('\n');
}

/** Without the marks of the comment and what it escapes. */
const plain = (lines) =>
  lines
    .map((line) => line.replace(/^ *\* ?/, ''))
    .join('\n')
    .replace(/\\([*/])/g, '$1')
    .trim();
