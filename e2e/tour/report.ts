import type { Seen, StepResult } from './tour.ts';

/** The tour as one HTML file that needs nothing else. Both lists go the same steps. */
export function report(lists: readonly (readonly StepResult[])[], date: string): string {
  const [first = []] = lists;
  const all = lists.flatMap((list) => list.flatMap(({ seen }) => seen));
  const right = all.filter((each) => each.right).length;
  const steps = first.map((_, index) =>
    section(
      index,
      lists.flatMap((list) => list.slice(index, index + 1)),
    ),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tabernetes: the grand tour</title><style>${STYLE}</style>
<h1>The grand tour</h1>
<p>${first.length} steps from a first Pod to an operator, ${date}. ${right} of ${all.length} came to what was expected.</p>
${steps.join('\n')}</html>
`;
}

function section(index: number, results: readonly StepResult[]): string {
  const [result] = results;
  if (result === undefined) return '';
  const isRight = results.every(({ seen }) => seen.every(({ right }) => right));
  const picture = results.find((each) => each.picture !== undefined)?.picture;
  return `<section><h2>${index + 1}. ${text(result.step.title)} <span class="${isRight}">${isRight ? '✓' : '✗ not as expected'}</span></h2>
<p>${text(result.step.tells)}</p>
${picture === undefined ? '' : `<img alt="The playground after step ${index + 1}" src="data:image/jpeg;base64,${picture.toString('base64')}">`}
<div class="wide"><table><thead><tr><th>Typed<th>Expected${results.map(({ ground }) => `<th>Seen: ${text(ground)}`).join('')}</thead>
${result.seen
  .map((each, row) =>
    tableRow(
      each,
      results.flatMap(({ seen }) => seen.slice(row, row + 1)),
    ),
  )
  .join('\n')}
</table></div></section>`;
}

const tableRow = ({ typed, expected }: Seen, all: readonly Seen[]): string =>
  `<tr><td><code>${text(typed)}</code><td><code>${text(expected)}</code>${all
    .map(({ seen, right }) => `<td class="${right}">${right ? '✓' : '✗'} <pre>${text(seen)}</pre>`)
    .join('')}`;

const text = (raw: string): string => raw.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:1100px;margin:2rem auto;padding:0 1rem}
img{max-width:100%;border:1px solid #8886;border-radius:6px}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;
padding:.4rem;border-top:1px solid #8886}code,pre{font:12px/1.45 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
.wide{overflow-x:auto}td{min-width:12rem}.true{color:light-dark(#0a6b2d,#6fdc8c)}.false{color:light-dark(#b3261e,#ff8a80)}pre{display:inline;color:CanvasText}`;
