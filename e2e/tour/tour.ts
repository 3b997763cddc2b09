import type { Ground } from './ground.ts';
import type { Step } from './steps.ts';

/** Something that was done, what it should have come to, and what it came to. */
export interface Seen {
  readonly typed: string;
  readonly expected: string;
  readonly seen: string;
  readonly right: boolean;
}

export interface StepResult {
  readonly step: Step;
  readonly ground: string;
  readonly seen: readonly Seen[];
  readonly tookMs: number;
  /** JPEG. */
  readonly picture?: Buffer;
}

/** `kubectl wait` and `rollout status` give up after 60 s; nothing takes longer. */
const LINE_TIMEOUT_MS = 90_000;

/** Goes the way on one ground; a step that goes wrong does not end the tour. */
export async function tour(
  ground: Ground,
  steps: readonly Step[],
  onStep?: (result: StepResult) => void,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const seen: Seen[] = [];
    const started = performance.now();
    if (step.apply !== undefined) seen.push(await applied(ground, step.apply, step.applied ?? []));
    for (const { type, want } of step.lines) {
      const text = await ground.type(type, LINE_TIMEOUT_MS).catch(String);
      // A terminal breaks long lines.
      const right = want.test(text) || want.test(text.replaceAll('\n', ''));
      seen.push({ typed: type, expected: want.source, seen: text, right });
    }
    const tookMs = performance.now() - started;
    const picture = await ground.picture?.();
    const result = { step, ground: ground.name, seen, tookMs, ...(picture && { picture }) };
    onStep?.(result);
    results.push(result);
  }
  return results;
}

async function applied(ground: Ground, file: string, objects: readonly string[]): Promise<Seen> {
  const text = await ground.apply(file, objects.length).catch(String);
  const said = text.split('\n').map((line) => line.slice(line.indexOf('/') + 1));
  const wanted = objects.map((object) => object.slice(object.indexOf('/') + 1));
  const right = said.length === wanted.length && wanted.every((object, index) => said[index] === object);
  return { typed: `apply ${file}`, expected: objects.join('\n'), seen: text, right };
}
