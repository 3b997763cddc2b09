import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { apply } from './apply.ts';

/** Applies every manifest below a folder, each to a cluster of its own, and prints what became of it. @returns exit code */
export async function main([folder, ...parts]: readonly string[]): Promise<number> {
  if (folder === undefined) {
    console.error('usage: npm run books -- FOLDER [PART OF A PATH...]');
    return 2;
  }
  const files = manifests(folder).filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)));
  const totals = { right: 0, wrong: 0, refused: 0 };
  console.log('file | expected | seen |');
  console.log('--- | --- | --- | ---');
  for (const file of files) {
    const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
    const row = await apply(file, read);
    totals[row.verdict]++;
    console.log(
      `${file} | ${row.expected} | ${row.seen} | ${{ right: '', wrong: 'WRONG', refused: 'refused' }[row.verdict]}`,
    );
  }
  console.log(`\n${totals.right} as expected, ${totals.wrong} not, ${totals.refused} refused by the server`);
  return totals.wrong === 0 ? 0 : 1;
}

function manifests(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ya?ml|json)$/.test(path) && statSync(join(folder, path)).isFile())
    .sort();
}
