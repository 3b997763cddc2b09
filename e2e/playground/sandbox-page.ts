import { isAsSaid, runProgram, SANDBOX_CASES } from '@tabernetes/runtime-sim/testing';
import { browserSandbox } from '@tabernetes/worker/sandbox';

/** What is run in the page: the contract of sandboxes; gives the cases that did not end as they say, and what they tried at the page. */
export async function sandboxPage(): Promise<{ readonly wrong: readonly unknown[]; readonly cases: number }> {
  const sandbox = browserSandbox({ turnMs: 1500, workers: 3 });
  const wrong: unknown[] = [];
  const cases = SANDBOX_CASES.filter(({ needsMemoryLimit }) => needsMemoryLimit !== true);
  for (const each of cases) {
    const given = await runProgram(sandbox, each.source);
    if (!isAsSaid(each, given)) wrong.push({ name: each.name, ...given });
  }
  return { wrong, cases: cases.length };
}

Object.assign(globalThis, { sandboxPage });
