// Every rule that a package's SPEC.md numbers (`STO-3`) must be named by a test, every number that a test names must be a
// rule, and no two rules of a package have one number. Lists what is missing; fails when there is any.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = (dir) =>
  readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && !e.parentPath.includes('node_modules'))
    .map((e) => join(e.parentPath, e.name));

const rules = new Map();
const twice = [];
for (const name of readdirSync(join(root, 'packages'))) {
  const spec = join(root, 'packages', name, 'SPEC.md');
  if (!existsSync(spec)) continue;
  const text = readFileSync(spec, 'utf8');
  for (const [, rule] of text.matchAll(/\b([A-Z]{2,5}-\d+)\b/g)) rules.set(rule, name);
  const numbers = [...text.matchAll(/^- ([A-Z0-9]{2,5}-\d+)\b/gm)].map(([, number]) => number);
  twice.push(...numbers.filter((number, at) => numbers.indexOf(number) < at).map((number) => `${name} ${number}`));
}
const tests = [...files(join(root, 'packages')), ...files(join(root, 'e2e'))].filter(
  (f) => /\.test\.ts$/.test(f) || /[/\\]testing[/\\].*\.ts$/.test(f),
);
const named = new Set();
for (const file of tests)
  for (const [rule] of readFileSync(file, 'utf8').matchAll(/\b[A-Z]{2,5}-\d+\b/g)) named.add(rule);

const untested = [...rules.keys()].filter((r) => !named.has(r));
const prefixes = new Set([...rules.keys()].map((r) => r.split('-')[0]));
const unknown = [...named].filter((r) => prefixes.has(r.split('-')[0]) && !rules.has(r));
console.log(`${rules.size} rules in SPEC.md files, ${rules.size - untested.length} named by tests`);
if (untested.length > 0) console.log(`rules without a test: ${untested.join(', ')}`);
if (unknown.length > 0) console.log(`tests name rules that no SPEC.md has: ${unknown.join(', ')}`);
if (twice.length > 0) console.log(`two rules of one number: ${twice.join(', ')}`);
process.exitCode = untested.length + unknown.length + twice.length === 0 ? 0 : 1;
