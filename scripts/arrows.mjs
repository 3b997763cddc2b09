// Checks the arrows between packages, and that the checker still sees a forbidden one (scripts/fixtures).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
process.exitCode = house.status === 0 && seen ? 0 : 1;
