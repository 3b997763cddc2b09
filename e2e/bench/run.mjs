import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundledTs } from '../bin/run-ts.mjs';

const bundle = await bundledTs(fileURLToPath(new URL('./main.ts', import.meta.url)));
const { main } = await import(bundle);
await main(process.argv.slice(2), measured);
process.exit(0);

/** A suite in a process of its own: what the bundler and the suites before it have taken is not in its figures. */
function measured(suite, report) {
  const child = fork(fileURLToPath(new URL('./suite.mjs', import.meta.url)), [bundle, suite], {
    // Heap figures mean something only right after a collection.
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  });
  child.on('message', report);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${suite} ended with ${code ?? signal}`)),
    );
  });
}
