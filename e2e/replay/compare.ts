import { normalise } from './normalise.ts';

export interface Comparison {
  readonly same: boolean;
  /** Blanked lines as they were compared. */
  readonly want: readonly string[];
  readonly got: readonly string[];
}

/** Compares what a command printed with the record, both blanked, by the rules of the golden records. */
export function compare(
  transcript: string,
  command: string,
  want: readonly string[],
  got: readonly string[],
): Comparison {
  let w = streams(want).map(normalise);
  let g = streams(got).map(normalise);
  if (equal(w, g)) return { same: true, want: w, got: g };
  if (PROGRESS.test(command)) {
    w = w.slice(-1);
    g = g.slice(-1);
    return { same: equal(w, g), want: w, got: g };
  }
  const rest = (lines: readonly string[]): string[] =>
    transcript.startsWith('kubelet-')
      ? lines.map((l) => l.replaceAll(' (xN over <age>)', ''))
      : lines.filter((l) => !(l.includes('<age>') && l.split(/\s+/).some((word) => KUBELET_REASONS.has(word))));
  w = rest(w);
  g = rest(g);
  if (/\bevents?\b|\bdescribe\b/.test(command)) {
    w.sort();
    g.sort();
  }
  return { same: equal(w, g), want: w, got: g };
}

/** True of steps that show only what the recording's scripted kubelet or its host did. */
export function isArtefact(transcript: string, command: string, want: readonly string[]): boolean {
  return (
    /10\.255\.255\.53|dial tcp 127\.0\.0\.1:102(57|59)/.test(want.join('\n')) ||
    EXCLUDED.has(`${transcript}: ${command}`)
  );
}

/** How many changes these commands print depends on when they look: the last line counts. */
const PROGRESS = /rollout status|watch\.txt|states\.txt|(\s|^)(-w|--watch(-only)?)(\s|=|$)/;

const EXCLUDED = new Set([
  'pod-run-variants: kubectl logs nginx',
  'logs-exec-errors: kubectl wait --for=condition=Ready pod/two --timeout=20s',
]);

/** Events of a kubelet: the scripted one wrote none. */
const KUBELET_REASONS = new Set(
  (
    'Pulling Pulled Created Started Killing BackOff Unhealthy Failed Simulated Starting NodeReady NodeHasSufficientMemory ' +
    'NodeHasNoDiskPressure NodeHasSufficientPID NodeAllocatableEnforced SuccessfulMountVolume FailedMount'
  ).split(' '),
);

/** stdout first, then stderr, then the exit code: a replay cannot keep the true order of the streams. */
function streams(lines: readonly string[]): string[] {
  const exit = lines.filter((l) => /^\[exit .*\]$/.test(l));
  const out = lines.filter((l) => !l.startsWith('! ') && !exit.includes(l));
  const err = lines.filter((l) => l.startsWith('! '));
  // Go's map order: bullets of one refusal, and the parts of drain's warning, come in any order.
  const bullets = err.filter((l) => l.startsWith('! * ')).sort();
  const sorted = err.map((l) => {
    if (l.startsWith('! * ')) return bullets.shift() ?? l;
    if (l.startsWith('! Warning: ') && l.includes('; '))
      return `! Warning: ${l.slice(11).split('; ').sort().join('; ')}`;
    return l;
  });
  return [...out, ...sorted, ...exit];
}

const equal = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((l, i) => l === b[i]);
