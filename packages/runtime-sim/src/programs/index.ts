import type { Program } from '@tabernetes/node-api';
import { echo } from './echo.ts';
import { sleep, usleep } from './sleep.ts';
import { falseProgram, trueProgram } from './true.ts';

/** The programs that every image with a shell has in /bin, by name. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  echo,
  false: falseProgram,
  sleep,
  true: trueProgram,
  usleep,
};
