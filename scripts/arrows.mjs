// Checks the arrows between packages, and that the checker still sees a forbidden one (scripts/fixtures).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { forbiddenComponentImports } from './component-arrows.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cruise = (cwd) =>
  spawnSync(
    process.execPath,
    [
      `${root}node_modules/dependency-cruiser/bin/dependency-cruise.mjs`,
      '--config',
      `${root}.dependency-cruiser.mjs`,
      'packages',
    ],
    { cwd, encoding: 'utf8' },
  );

const house = cruise(root);
process.stdout.write(house.stdout + house.stderr);
const fixture = cruise(`${root}scripts/fixtures`);
const seen = fixture.status !== 0 && fixture.stdout.includes('arrows-of-base');
if (!seen)
  console.log(`the forbidden import in scripts/fixtures was not reported:\n${fixture.stdout}${fixture.stderr}`);
// Components are read by a parser of their own; the fixture has one with a forbidden import, too.
const components = forbiddenComponentImports(root);
for (const line of components) console.log(line);
const componentSeen = forbiddenComponentImports(`${root}scripts/fixtures/`).length > 0;
if (!componentSeen) console.log('the forbidden import in the component of scripts/fixtures was not reported');
process.exitCode = house.status === 0 && seen && components.length === 0 && componentSeen ? 0 : 1;
