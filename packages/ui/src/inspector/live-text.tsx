import { memo, useRef } from 'react';
import { changedLines } from '../model/line-diff.ts';

/** A text that changes while one reads it: lines that are new flash once. The first text flashes nothing. */
export function LiveText({ text, label }: { readonly text: string; readonly label: string }) {
  const shown = useRef<Shown>(undefined);
  if (shown.current?.text !== text) shown.current = next(shown.current, text);
  const { lines, rounds } = shown.current;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    <section className="live" aria-label={label} tabIndex={0}>
      <pre className="yaml">
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; its round makes it another one, which flashes.
          <Line key={`${at} ${rounds[at] ?? 0}`} line={line} isNew={(rounds[at] ?? 0) > 0} />
        ))}
      </pre>
    </section>
  );
}

interface Shown {
  readonly text: string;
  readonly lines: readonly string[];
  /** In which round each line came; 0: it was there at first. */
  readonly rounds: readonly number[];
  readonly round: number;
}

function next(before: Shown | undefined, text: string): Shown {
  const lines = text.replace(/\n$/, '').split('\n');
  if (before === undefined) return { text, lines, rounds: lines.map(() => 0), round: 0 };
  const round = before.round + 1;
  const changed = changedLines(before.lines, lines);
  // Lines that stay keep their round, in the order in which both texts have them.
  const left = new Map<string, number[]>();
  before.lines.forEach((line, at) => {
    left.set(line, [...(left.get(line) ?? []), before.rounds[at] ?? 0]);
  });
  const rounds = lines.map((line, at) => (changed.has(at) ? round : (left.get(line)?.shift() ?? 0)));
  return { text, lines, rounds, round };
}

const Line = memo(function Line({ line, isNew }: { readonly line: string; readonly isNew: boolean }) {
  const [, key = '', rest = ''] = /^([\s-]*[^\s:#"'][^:]*:)(?=\s|$)(.*)$/.exec(line) ?? [];
  const className = isNew ? 'line new' : 'line';
  if (key === '') return <span className={className}>{`${line}\n`}</span>;
  return (
    <span className={className}>
      <span className="key">{key}</span>
      {`${rest}\n`}
    </span>
  );
});
