import type { Translated } from '../counted.ts';

/** What a widget says before it runs, and to the author of the page about what is wrong with it. */
export const en = {
  run: 'Run',
  title: 'A Kubernetes cluster',
  cannotRun: (why: string) => `This cannot run: ${why}`,
  workerFails: (why: string) => `The cluster’s worker cannot be loaded${why === '' ? '' : `: ${why}`}.`,
  cannotRead: (address: string, why: string) => `${address} cannot be read: ${why}`,
  notANumber: (name: string, text: string, most: number) => `${name}="${text}" is not a number from 0 to ${most}`,
  noneOf: (name: string, word: string, known: readonly string[]) => `${name}: "${word}" is none of ${known.join(', ')}`,
};

export type StillMessages = Translated<typeof en>;
