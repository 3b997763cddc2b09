import type { OutputStream } from '@tabernetes/node-api';
import type { Workstation } from './workstation.ts';

/** What a script printed, and how it ended. */
export interface LineResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script at the workstation without a terminal. */
export async function runScript(machine: Workstation, script: string, signal?: AbortSignal): Promise<LineResult> {
  const printed = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr'): OutputStream => {
    const decoder = new TextDecoder();
    return {
      async write(chunk) {
        printed[name] += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      },
      close: () => undefined,
    };
  };
  const exitCode = await machine.run(script, {
    stdout: into('stdout'),
    stderr: into('stderr'),
    ...(signal && { signal }),
  });
  return { exitCode, ...printed };
}

/** A line of the command box with the word `kubectl` in front, if it was left out. */
export function kubectlLine(line: string): string {
  const [, rest] = /^\s*(?:kubectl|k)(\s.*)?$/s.exec(line) ?? [];
  return /^\s*(?:kubectl|k)(?:\s|$)/.test(line) ? `kubectl${rest ?? ''}` : `kubectl ${line}`;
}
