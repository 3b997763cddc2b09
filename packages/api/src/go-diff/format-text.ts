import { type Edit, editScript } from './edit-script.ts';
import { goString, type Style, withType } from './format-value.ts';
import { ELLIPSIS, type Mark, type TextNode, type TextRecord } from './text.ts';
import type { ValueNode } from './value-tree.ts';

/** Characters to a line. */
const CHUNK = 64;
const CONTEXT = 2;

/** A run of characters that are the same, or of some that are gone and some that are new. */
interface Run {
  same: number;
  gone: number;
  new: number;
}

/**
 * Two long texts in pieces: `strings.Join({"the same", - "old", + "new", "the same"}, "")`.
 * @see https://github.com/google/go-cmp/blob/v0.6.0/cmp/report_slices.go
 */
export function formatText({ type, x, y }: ValueNode, style: Style): TextNode {
  const [before, after] = [String(x), String(y)];
  const records: TextRecord[] = [];
  const put = (text: string, mark: Mark): number => {
    const from = records.length;
    for (let at = 0; at < text.length; at += CHUNK) records.push({ mark, value: goString(text.slice(at, at + CHUNK)) });
    return records.length - from;
  };
  const limit = 2 ** style.verbosity * 4;
  let [ix, iy, shown] = [0, 0, 0];
  const hidden: Run = { same: 0, gone: 0, new: 0 };
  const runs = runsOf(before, after);
  for (const [i, run] of runs.entries()) {
    if (shown >= limit) {
      hidden.same += run.same;
      hidden.gone += run.gone;
      hidden.new += run.new;
    } else if (differs(run)) {
      shown += put(before.slice(ix, ix + run.same + run.gone), '-');
      shown += put(after.slice(iy, iy + run.same + run.new), '+');
    } else {
      const first = i === 0 ? 0 : Math.min(CHUNK * CONTEXT, run.same);
      let last = i === runs.length - 1 ? 0 : Math.min(CHUNK * CONTEXT, run.same - first);
      if (run.same - first - last <= CHUNK) last = run.same - first;
      put(before.slice(ix, ix + first), '');
      const left = run.same - first - last;
      if (left > 0) records.push({ value: ELLIPSIS, comment: summary({ same: left, gone: 0, new: 0 }) });
      put(before.slice(ix + run.same - last, ix + run.same), '');
    }
    ix += run.same + run.gone;
    iy += run.same + run.new;
  }
  if (hidden.same + hidden.gone + hidden.new > 0) records.push({ value: ELLIPSIS, comment: summary(hidden) });
  const joined: TextNode = { prefix: 'strings.Join({', value: records, suffix: '}, "")' };
  return type.name === 'string' ? joined : withType(type, joined, style);
}

const differs = (run: Run): boolean => run.gone > 0 || run.new > 0;

function runsOf(x: string, y: string): readonly Run[] {
  const script = editScript(x.length, y.length, (ix, iy) =>
    x[ix] === y[iy] ? { same: 1, different: 0 } : { same: 0, different: 1 },
  );
  const runs = joinAcross(runsOfScript(script, x, y), CHUNK / 4);
  return trim(runs, x, y);
}

function runsOfScript(script: readonly Edit[], x: string, y: string): readonly Run[] {
  const runs: Run[] = [];
  let [ix, iy] = [0, 0];
  for (const edit of script) {
    const same = edit === 'both' && x[ix] === y[iy];
    let last = runs.at(-1);
    if (last === undefined || differs(last) === same) {
      last = { same: 0, gone: 0, new: 0 };
      runs.push(last);
    }
    if (same) last.same += 1;
    else {
      if (edit !== 'right') last.gone += 1;
      if (edit !== 'left') last.new += 1;
    }
    if (edit !== 'right') ix += 1;
    if (edit !== 'left') iy += 1;
  }
  return runs;
}

/** A few characters that are the same between changes on both sides only confuse. */
function joinAcross(runs: readonly Run[], few: number): Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const [change, same] = out.slice(-2);
    if (change && same && differs(run) && same.same <= few && change.gone + run.gone > 0 && change.new + run.new > 0) {
      change.same += same.same + run.same;
      change.gone += run.gone;
      change.new += run.new;
      out.pop();
    } else out.push({ ...run });
  }
  return out;
}

/** Gives what is the same at the ends of a change to its neighbours. */
function trim(runs: readonly Run[], x: string, y: string): readonly Run[] {
  const out: Run[] = [];
  const same = (count: number): void => {
    const last = out.at(-1);
    if (count === 0) return;
    if (last && !differs(last)) last.same += count;
    else out.push({ same: count, gone: 0, new: 0 });
  };
  let [ix, iy] = [0, 0];
  for (const run of runs) {
    let [nx, ny] = [run.same + run.gone, run.same + run.new];
    if (!differs(run)) {
      same(run.same);
    } else {
      let head = 0;
      while (head < nx && head < ny && x[ix + head] === y[iy + head]) head += 1;
      let tail = 0;
      while (tail < nx - head && tail < ny - head && x[ix + nx - 1 - tail] === y[iy + ny - 1 - tail]) tail += 1;
      same(head);
      if (head + tail > 0) out.push({ same: 0, gone: nx - head - tail, new: ny - head - tail });
      else out.push({ ...run });
      same(tail);
    }
    ix += nx;
    iy += ny;
    [nx, ny] = [0, 0];
  }
  return out;
}

function summary({ same, gone, new: added }: Run): string {
  const parts = [
    [same, 'identical'],
    [gone, 'removed'],
    [added, 'inserted'],
  ] as const;
  const texts = parts.flatMap(([count, label]) => (count > 0 ? [`${count} ${label}`] : []));
  const last = texts.pop() ?? '';
  const head = texts.length > 1 ? `${texts.join(', ')}, and ` : texts.length === 1 ? `${texts[0]} and ` : '';
  return `${head}${last} byte${same + gone + added > 1 ? 's' : ''}`;
}
