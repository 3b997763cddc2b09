// `npm test`: build (types need what it makes), types, lint, arrows, rules, then every Vitest project. One summary line at the end:
// `N passed, N failed, N skipped`, where each check that is not a Vitest test counts as one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const total = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), 'tabernetes-test-'));

const CHECKS = [
  ['build', bin('turbo'), ['run', 'build', '--output-logs=errors-only']],
  ['types', bin('tsc'), ['--noEmit']],
  ['lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['arrows', process.execPath, ['scripts/arrows.mjs']],
  ['rules', process.execPath, ['scripts/rules.mjs']],
];

for (const [name, command, args] of CHECKS) {
  console.log(`\n== ${name}`);
  const { status } = run(command, args);
  status === 0 ? total.passed++ : total.failed++;
}

console.log('\n== tests');
const report = join(scratch, 'vitest.json');
const vitest = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
countVitest(report, vitest.status);
rmSync(scratch, { recursive: true, force: true });

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

function run(command, args) {
  return spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' },
  });
}

function countVitest(path, status) {
  let json;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    total.failed++; // Vitest did not get as far as a report.
    return;
  }
  total.passed += json.numPassedTests;
  total.failed += json.numFailedTests;
  total.skipped += json.numPendingTests + json.numTodoTests;
  // A file that cannot even be loaded has no tests to count, and an unhandled error fails the run alone.
  const broken = json.testResults.filter(
    (t) => t.status === 'failed' && t.assertionResults.every((a) => a.status !== 'failed'),
  );
  total.failed += broken.length;
  if (status !== 0 && json.numFailedTests === 0 && broken.length === 0) total.failed++;
}
