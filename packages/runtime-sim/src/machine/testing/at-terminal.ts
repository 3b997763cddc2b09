import { nextTurn, seededRng, virtualClock } from '@tabernetes/base';
import type { Net, Program } from '@tabernetes/node-api';
import { machineFiles } from '../../file-system/machine-files.ts';
import { PROGRAMS } from '../../programs/index.ts';
import { sh } from '../../shell/sh.ts';
import { simulatedMachine } from '../machine.ts';

/** Somebody at a terminal of a machine whose shell is bash. */
export async function atTerminal({
  files = {},
  programs = {},
  edit,
}: {
  readonly files?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, Program>>;
  readonly edit?: (text: string) => Promise<string | undefined>;
} = {}) {
  const clock = virtualClock({ startMs: Date.UTC(2025, 0, 1) });
  const disk = machineFiles(() => clock.now(), '/root');
  for (const [path, text] of Object.entries(files)) disk.fs.writeFile(path, text);
  const bin: Record<string, Program | typeof sh> = { '/bin/bash': sh, '/bin/sh': sh };
  for (const [name, program] of Object.entries({ ...PROGRAMS, ...programs })) bin[`/bin/${name}`] = program;
  const errors: unknown[] = [];
  const machine = simulatedMachine(
    {
      clock,
      rng: seededRng(1),
      net: { addresses: [] } as unknown as Net,
      files: disk,
      onError: (error) => errors.push(error),
    },
    {
      hostname: 'desk',
      programs: bin,
      etc: { '/etc/bash.bashrc': "PS1='\\w \\$ '\nHISTFILE=~/.bash_history\n" },
      env: { HOME: '/root', PATH: '/bin', USER: 'root' },
      shell: ['bash'],
      hardware: { cpus: 1, memoryBytes: 1, bootMs: clock.now(), kernel: '6' },
    },
  );
  let shown = '';
  const terminal = machine.open({
    columns: 60,
    rows: 20,
    write(text) {
      shown += text;
      return undefined;
    },
    ...(edit && { edit }),
  });
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await nextTurn();
    if (errors.length > 0) throw errors[0];
  };
  await settle();
  return {
    machine,
    terminal,
    clock,
    files: disk.fs,
    settle,
    /** Everything on the screen so far. */
    all: () => shown,
    /** Types keys; what the screen showed of it, codes and returns taken out. */
    async type(keys: string): Promise<string> {
      const from = shown.length;
      terminal.type(keys);
      await settle();
      return plain(shown.slice(from));
    },
    /** What appears within so many milliseconds. */
    async advance(delayMs: number): Promise<string> {
      const from = shown.length;
      await clock.advance(delayMs);
      await settle();
      return plain(shown.slice(from));
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: codes of terminals begin with it.
const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replaceAll('\r', '');
