import type { Clock, Rng } from '@tabernetes/base';
import type { Net, Program } from '@tabernetes/node-api';
import {
  EXTRA_PROGRAMS,
  GNU_PROGRAMS,
  PROGRAMS,
  type SimulatedMachine,
  sh,
  simulatedMachine,
} from '@tabernetes/runtime-sim';
import type { MachineFiles } from '@tabernetes/runtime-sim/files';
import { editorProgram } from './editor-program.ts';
import { etcFiles } from './etc.ts';

export interface WorkstationMachineDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly net: Net;
  readonly files: MachineFiles;
  readonly kubectl: Program;
  readonly onError: (error: unknown) => void;
}

const HOSTNAME = 'workstation';
const EDITORS = ['vi', 'vim', 'nano', 'edit'];

/** The workstation as it runs: a shell, its tools, kubectl, and editors that are the host's. Loaded when somebody sits down. */
export function workstationMachine(
  { clock, rng, net, files, kubectl, onError }: WorkstationMachineDeps,
  { home, address }: { readonly home: string; readonly address: string },
): SimulatedMachine {
  const tools = { ...PROGRAMS, ...GNU_PROGRAMS, ...EXTRA_PROGRAMS, ash: sh, bash: sh, sh };
  const programs: Record<string, Program | typeof sh> = { '/usr/local/bin/kubectl': kubectl };
  for (const [name, program] of Object.entries(tools)) programs[`/bin/${name}`] = program;
  for (const name of EDITORS) programs[`/usr/bin/${name}`] = editorProgram;
  return simulatedMachine(
    { clock, rng, net, files, onError },
    {
      hostname: HOSTNAME,
      programs,
      etc: etcFiles({ hostname: HOSTNAME, address }),
      env: {
        HOME: home,
        HOSTNAME,
        LANG: 'C.UTF-8',
        LOGNAME: 'root',
        PATH: '/usr/local/bin:/usr/bin:/bin',
        SHELL: '/bin/bash',
        USER: 'root',
      },
      shell: ['bash'],
      hardware: { cpus: 4, memoryBytes: 8 * 1024 ** 3, bootMs: clock.now(), kernel: '6.1.0-tabernetes' },
    },
  );
}
