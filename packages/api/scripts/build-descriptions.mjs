// Writes dist/descriptions.json: what types and fields mean, in the words of Kubernetes' own documentation as the
// published JavaScript client, cdk8s and kubernetes-models carry them. Not committed, and not needed for running: OpenAPI
// and `kubectl explain` show it when it is there.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { descriptionsOfModels } from './descriptions-of-models.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { schemas } = JSON.parse(readFileSync(`${here}/../facts/schema-facts.json`, 'utf8'));
const models = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen/models');

/** `CoreV1Event`, `V1Pod`: the prefix is there only where two groups have the name. */
const CLASS = /^([A-Z][a-z]+)?(V\d+(?:(?:alpha|beta)\d+)?)([A-Z]\w*)$/;
const classes = readdirSync(models)
  .filter((file) => file.endsWith('.d.ts'))
  .map((file) => ({ name: file.slice(0, -5), match: CLASS.exec(file.slice(0, -5)) }))
  .filter(({ match }) => match !== null);

const byTail = new Map();
for (const name of Object.keys(schemas)) {
  const [kind, version, group] = name.split('.').reverse();
  const tail = `${version}.${kind}`.toLowerCase();
  byTail.set(tail, [...(byTail.get(tail) ?? []), { name, group }]);
}

const classOf = new Map();
for (const { name, match } of classes) {
  const [, prefix, version, kind] = match;
  const candidates = byTail.get(`${version}.${kind}`.toLowerCase()) ?? [];
  const named = prefix && candidates.filter(({ group }) => group.toLowerCase() === prefix.toLowerCase());
  if (named?.length === 1) classOf.set(named[0].name, name);
  else if (!prefix && candidates.length === 1) classOf.set(candidates[0].name, name);
}

const texts = new Map();
const indexOf = (text) => {
  if (!texts.has(text)) texts.set(text, texts.size);
  return texts.get(text);
};

const ofModels = descriptionsOfModels(schemas);
const words = (text) => text.replace(/\s+/g, ' ').trim();
const read = [...classOf].sort().map(([openapi, className]) => ({ openapi, ...readModel(className) }));
/** What types mean: of a field that is a type, the client's models say this instead of what the field is for. */
const ofTypes = new Set(
  [
    ...read.map(({ description = '' }) => description),
    ...ofModels.map(({ field, text }) => (field === '' ? text : '')),
  ].map(words),
);

const types = {};
for (const { openapi, description, fields } of read) {
  const known = schemas[openapi].properties ?? {};
  const entry = {};
  if (description) entry[''] = indexOf(description);
  for (const [field, text] of Object.entries(fields))
    if (known[field] !== undefined && !ofTypes.has(words(text))) entry[field] = indexOf(text);
  types[openapi] = entry;
}

addFieldsThatAreTypes();
addLinesAndMeanings();

/** What a field that is a type is for stands in cdk8s. */
function addFieldsThatAreTypes() {
  const source = readFileSync(createRequire(import.meta.url).resolve('cdk8s-plus-32/lib/imports/k8s.d.ts'), 'utf8');
  for (const [, text, openapi, field] of source.matchAll(
    /\/\*\*\n((?: +\*(?!\/)[^\n]*\n)*?) +\* @schema (io\.k8s[\w.-]+)#(\S+)\n +\*\//g,
  )) {
    const entry = types[openapi];
    if (entry === undefined || entry[field] !== undefined || schemas[openapi].properties?.[field] === undefined)
      continue;
    const words = text
      .replace(/^ +\* ?/gm, '')
      .replace(/@default[^\n]*\n?/g, '')
      .trim();
    if (words !== '') entry[field] = indexOf(words);
  }
}

/** Ends of lines where the words are the same, words where there are none, and what the values of enumerations mean. */
function addLinesAndMeanings() {
  const listed = [...texts.keys()];
  for (const { type, field, text, meanings = '' } of ofModels) {
    if (field !== '' && (schemas[type].properties?.[field] === undefined || ofTypes.has(words(text)))) continue;
    types[type] ??= {};
    const known = listed[types[type][field]];
    const best = (known === undefined ? text : withLinesOf(text, known)) + meanings;
    if (best !== '') types[type][field] = indexOf(best);
  }
}

/** The words of a text with the ends of lines that another has, as far as both say the same from the beginning. */
function withLinesOf(lines, text) {
  const [there, own] = [words(lines), words(text)];
  if (there === own) return lines;
  if (there !== '' && own.startsWith(`${there} `)) return `${lines} ${own.slice(there.length + 1)}`;
  if (!there.startsWith(`${own} `)) return text;
  let end = 0;
  for (const word of own.split(' ')) end = lines.indexOf(word, end) + word.length;
  return lines.slice(0, end);
}

function readModel(className) {
  const source = readFileSync(join(models, `${className}.d.ts`), 'utf8');
  const script = join(models, `${className}.js`);
  const attributes = existsSync(script)
    ? /attributeTypeMap = (\[[\s\S]*?\n\])/.exec(readFileSync(script, 'utf8'))
    : null;
  const baseNames = new Map((attributes ? JSON.parse(attributes[1]) : []).map((a) => [a.name, a.baseName]));
  const description = /\/\*\*\n\* ([\s\S]*?)\n\*\/\nexport declare class/.exec(source)?.[1];
  const fields = {};
  for (const [, text, name] of source.matchAll(
    /\/\*\*\n {4}\* ([^\n]*(?:\n {4}\*(?!\/)[^\n]*)*)\n {4}\*\/\n {4}'([^']+)'\??:/g,
  ))
    fields[baseNames.get(name) ?? name] = plain(text);
  return { description: description && plain(description), fields };
}

/** Comments escape quotes, backslashes and the end of a comment. */
function plain(text) {
  return text
    .replace(/\n {4}\* ?/g, '\n')
    .replace(/\\([\s\S])/g, '$1')
    .replaceAll('*_/', '*/')
    .replaceAll('/_*', '/*')
    .trim();
}

mkdirSync(`${here}/../dist`, { recursive: true });
writeFileSync(`${here}/../dist/descriptions.json`, JSON.stringify({ texts: [...texts.keys()], types }));
const missing = Object.keys(schemas).filter((name) => schemas[name].properties && !types[name]);
console.log(`descriptions of ${Object.keys(types).length} types; none of ${missing.length}: ${missing.join(', ')}`);
