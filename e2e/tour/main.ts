import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { noBrowser } from '../playground/browser.ts';
import { pageGround } from './page-ground.ts';
import { report } from './report.ts';
import { servedGround } from './served-ground.ts';
import { STEPS } from './steps.ts';
import { type StepResult, tour } from './tour.ts';

const FOLDER = fileURLToPath(new URL('./report/', import.meta.url));

/** `npm run tour -- [WORD …]`: the whole way, or the steps with a word in their title, in the page and with kubectl; a report in HTML. @returns exit code */
export async function main(words: readonly string[]): Promise<number> {
  const steps = STEPS.filter(({ title }) => words.length === 0 || words.some((word) => title.includes(word)));
  const lists: (readonly StepResult[])[] = [];
  if (noBrowser !== '') console.log(`The page's part is left out${noBrowser}.`);
  for (const begin of noBrowser === '' ? [pageGround, servedGround] : [servedGround]) {
    const ground = await begin();
    console.log(`\n${ground.name}`);
    try {
      lists.push(await tour(ground, steps, tell));
    } finally {
      await ground.close();
    }
  }
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}index.html`, report(lists, new Date().toISOString().slice(0, 10)));
  console.log(`\nreport: ${FOLDER}index.html`);
  return lists.flat().every(({ seen }) => seen.every(({ right }) => right)) ? 0 : 1;
}

function tell({ step, seen, tookMs }: StepResult): void {
  const wrong = seen.filter(({ right }) => !right);
  console.log(`  ${wrong.length === 0 ? '✓' : '✗'} ${step.title} (${(tookMs / 1_000).toFixed(1)} s)`);
  for (const { typed, expected, seen: text } of wrong) {
    console.log(
      `    typed:    ${typed}\n    expected: ${expected}\n    seen:     ${text.replaceAll('\n', '\n              ')}`,
    );
  }
}
