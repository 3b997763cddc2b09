/** A recorded session: files to lay out, then commands with what they printed. */
export interface Transcript {
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly command: string;
  /** A settle step is run, and its output is not compared. */
  readonly settle: boolean;
  /** stdout lines, `! `-marked stderr lines and `[exit N]`. */
  readonly output: readonly string[];
}

export function parseTranscript(text: string): Transcript {
  const files = new Map<string, string[]>();
  const steps: { command: string; settle: boolean; output: string[] }[] = [];
  let file: string[] | undefined;
  let running = false;
  for (const line of text.split('\n')) {
    const name = running ? undefined : /^-- file (\S+) --$/.exec(line)?.[1];
    if (name !== undefined) {
      file = [];
      files.set(name, file);
    } else if (line === '-- run --') {
      running = true;
      file = undefined;
    } else if (file !== undefined) {
      file.push(line);
    } else if (running && /^[$%] /.test(line)) {
      steps.push({ command: line.slice(2), settle: line.startsWith('%'), output: [] });
    } else if (running) {
      steps.at(-1)?.output.push(line);
    }
  }
  for (const step of steps) while (step.output.at(-1) === '') step.output.pop();
  return {
    files: new Map([...files].map(([name, lines]) => [name, `${lines.join('\n').replace(/\n+$/, '')}\n`])),
    steps,
  };
}

/** What a command printed, as a record has it; null: a signal ended it. */
export function outputLines(stdout: string, stderr: string, exitCode: number | 'timeout' | null): readonly string[] {
  const lines = [...marked(stdout, ''), ...marked(stderr, '! ')];
  if (exitCode !== 0) lines.push(`[exit ${exitCode}]`);
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function marked(text: string, mark: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else if (lines.length > 0) lines.push(`${lines.pop()}\u23ce`);
  return lines.map((line) => mark + line);
}
